"""A county that was restored from an older backup, and an office that knows more than its log."""

from protocol.casework.events import opening
from protocol.casework.events.wire import read_events
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import Office

ACCEPTED = opening.Accepted(node="r")
BEGUN = ["received", "office-given"]


async def test_a_turn_that_a_restore_has_lost_is_given_anew(centre: Centre, office: Office) -> None:
    await office.open()
    given = await office.given(await centre.village())
    await office.says(given, ACCEPTED, turn=5, first=6)  # of the life that was lost
    first, second = await office.cases()
    assert (first.turn, second.turn) == (2, 4)
    assert await office.kinds(given) == [
        "received",
        "office-given",
        "office-returned",
        "office-given",
    ]
    note = read_events(second.events)[2].body.note
    assert "较早的备份" in note
    await office.says(second, ACCEPTED)
    assert (await office.kinds(given))[-1] == "accepted"


async def test_nobody_else_ends_a_turn_by_naming_a_later_one(
    centre: Centre, office: Office
) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village)
    before = await office.kinds(given)
    other = centre.identity_of(village)
    await office.says(given, ACCEPTED, turn=5, first=6, hub=other)
    await office.says(given, first=3)  # it only asks
    assert await office.kinds(given) == before
    assert [(one.turn, one.upto, one.over) for one in await office.answers()] == [(2, 2, False)]
