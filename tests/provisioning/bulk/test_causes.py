"""What is to be mended is told once, with every line that it concerns."""

from provisioning.bulk.causes import lines_in_words
from provisioning.bulk.service import Preview, check_table
from tests.provisioning.bulk.tables import HUB, STATION, table, villages
from tests.provisioning.scene import Scene


def checked(scene: Scene, *lines: str) -> Preview:
    return check_table(scene.authority, table(*lines))


def test_five_faults_are_five_however_many_villages_stand_below(scene: Scene) -> None:
    scene.add_hub()
    bad_hub = "451423104,,hub,,"  # without a name
    below = [f"451423104{at:03},第{at}村,station,451423104," for at in range(201, 251)]
    short, role, absent = (
        "45142,短,hub,,",
        "451423105,甲,衙门,,",
        "451423106201,村,station,451423199,",
    )
    found = checked(scene, HUB, bad_hub, *below, short, role, absent).found
    assert len(found.faults) == 55
    assert len(found.causes) == 5
    hub = next(cause for cause in found.causes if cause.lines == [3])
    assert hub.below == list(range(4, 54))
    assert [cause.lines for cause in found.causes if not cause.below] == [[2], [54], [55], [56]]


def test_what_is_alike_but_for_its_value_is_one(scene: Scene) -> None:
    found = checked(scene, "451,甲,hub,,", HUB, "4514,乙,hub,,").found
    (cause,) = found.causes
    assert (cause.code, cause.lines, cause.below) == ("usage", [2, 4], [])
    assert "451" in cause.reason


def test_a_good_table_has_no_cause_and_changes_nothing(scene: Scene) -> None:
    version = scene.authority.roster().version
    preview = checked(scene, STATION, HUB, *villages(2, "451423103")[1:])
    assert (preview.found.faults, preview.found.causes) == ([], [])
    assert len(preview.lines) == 3
    assert scene.authority.roster().version == version


def test_a_column_that_is_not_read_is_named(scene: Scene) -> None:
    data = "区划代码,名称,角色,备注,邮政编码\n451423103,水口镇,hub,x,532400\n".encode()
    assert check_table(scene.authority, data).found.unknown == ["备注", "邮政编码"]


def test_lines_are_named_up_to_ten() -> None:
    assert lines_in_words([3]) == "第 3 行"
    assert lines_in_words(range(10, 0, -1)) == "第 1、2、3、4、5、6、7、8、9、10 行"
    assert lines_in_words(range(1, 12)) == "第 1、2、3、4、5、6、7、8、9、10 等 11 行"


def test_hubs_that_stand_below_each_other_are_both_told(scene: Scene) -> None:
    lines = ("451423104,甲,hub,451423105,", "451423105,乙,hub,451423104,")
    preview = checked(scene, *lines)
    told = {line for cause in preview.found.causes for line in (*cause.lines, *cause.below)}
    assert told == {fault.line for fault in preview.found.faults} == {2, 3}
