"""Cards say what a person needs, and nothing that a name says can change the page."""

from protocol.ids import NodeId
from protocol.trust.roster import Role
from provisioning.bulk.cards import Card, card_page


def card(name: str = "独山村", role: Role = Role.STATION) -> Card:
    return Card(
        county="龙州县政务服务中心",
        node=NodeId("00000000000000aa"),
        role=role,
        code="451423103201",
        name=name,
        parent="水口镇",
        one_time="7KQF-3M2P-9XTD",
        fingerprint="月亮 沙发 报纸 袜子 画家 隧道 渔夫 口袋 麻布 医院",
    )


def test_a_card_holds_everything_that_is_read_out_or_typed() -> None:
    page = card_page([card()])
    for text in (
        "独山村",
        "451423103201",
        "7KQF-3M2P-9XTD",
        "月亮 沙发",
        "水口镇",
        "村级便民服务站",
    ):
        assert text in page
    assert page.count("<svg") == 1
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")  # nothing from elsewhere


def test_a_name_is_text() -> None:
    page = card_page([card('<script>"x"</script>')])
    assert "<script>" not in page


def test_each_card_stands_on_its_own_sheet() -> None:
    page = card_page([card(), card("水口镇", Role.HUB)])
    assert page.count('<section class="card">') == 2
    assert "乡镇枢纽" in page
