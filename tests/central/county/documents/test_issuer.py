"""Where somebody may turn against a document: to the organ above whoever decided, and to court."""

import pytest

from central.county.documents.issuer import _of_department

CENTRE = "龙州县政务服务中心"


@pytest.mark.parametrize(
    ("name", "county", "review", "court"),
    [
        ("县市场监管局", CENTRE, "向龙州县人民政府", "向龙州县人民法院"),
        ("国家税务总局龙州县税务局", CENTRE, "", "向龙州县人民法院"),  # its own organ above it
        ("县市场监管局", "第三中心", "", "向人民法院"),  # nobody knows which: none is named
    ],
)
def test_each_remedy_names_its_own_organ(name: str, county: str, review: str, court: str) -> None:
    said = _of_department(name, county)
    assert f"六十日内依法{review}申请行政复议" in said
    assert f"六个月内依法{court}提起行政诉讼" in said
    assert said.endswith(f"被申请人、被告为{name}。")
