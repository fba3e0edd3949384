"""Two persons: confirmed by another, once, within a day, and kept over a new start."""

import pytest

from central.accounts.limits import MAX_PROPOSALS, PROPOSAL_S
from central.accounts.proposals import Proposal, Proposals, Stage
from central.accounts.roles import HUB_RIGHTS, RIGHTS, StaffRole, takes_two
from protocol.errors import BusyError, PageMissingError, ProposalOverError, ProposalOwnError
from tests.builders.chance import SeededRandomness
from tests.central.accounts.office import Office

ARGS = {"name": "li", "role": "audit"}


async def proposed(office: Office) -> Proposal:
    return await office.proposals.propose("wang", "county.staff-add", ARGS, subject="li")


async def test_another_confirms_it_once(office: Office) -> None:
    one = await proposed(office)
    assert (one.by, one.stage, dict(one.args)) == ("wang", Stage.OPEN, ARGS)
    taken = await office.proposals.confirm(one.number, "zhao")
    assert (taken.decided_by, taken.stage, dict(taken.args)) == ("zhao", Stage.DONE, ARGS)
    with pytest.raises(ProposalOverError):
        await office.proposals.confirm(one.number, "zhao")
    with pytest.raises(ProposalOverError):
        await office.proposals.reject(one.number, "wang")


@pytest.mark.parametrize("who", ["wang", "li"])
async def test_nobody_confirms_what_is_ones_own_or_about_oneself(office: Office, who: str) -> None:
    one = await proposed(office)
    with pytest.raises(ProposalOwnError):
        await office.proposals.confirm(one.number, who)
    assert (await office.proposals.found(one.number)).stage is Stage.OPEN


async def test_it_may_be_taken_back_and_is_over_then(office: Office) -> None:
    one = await proposed(office)
    await office.proposals.reject(one.number, "wang")
    with pytest.raises(ProposalOverError):
        await office.proposals.confirm(one.number, "zhao")
    assert [each.stage for each in await office.proposals.listed()] == [Stage.REJECTED]


@pytest.mark.parametrize(("later_ms", "counts"), [
    (PROPOSAL_S * 1000 - 1, True), (PROPOSAL_S * 1000, False), (-1, False),
])  # fmt: skip
async def test_it_ends_after_a_day_and_when_the_clock_is_set_back(
    office: Office, later_ms: int, *, counts: bool
) -> None:
    one = await proposed(office)
    office.clock.jump_wall(ms=later_ms)
    if counts:
        await office.proposals.confirm(one.number, "zhao")
        return
    with pytest.raises(ProposalOverError):
        await office.proposals.confirm(one.number, "zhao")
    assert (await office.proposals.found(one.number)).stage is Stage.EXPIRED
    assert await office.proposals.count_open() == 0 or later_ms < 0


async def test_asked_for_twice_it_is_one(office: Office) -> None:
    one, again = await proposed(office), await proposed(office)
    assert one.number == again.number
    other = await office.proposals.propose("zhao", "county.staff-add", ARGS, subject="li")
    assert other.number != one.number
    assert await office.proposals.count_open() == 2


async def test_it_lies_in_the_database(office: Office) -> None:
    one = await proposed(office)
    anew = Proposals(office.store, clock=office.clock, randomness=SeededRandomness(9))
    assert (await anew.listed()) == [one]
    with pytest.raises(PageMissingError):
        await anew.confirm("0" * 24, "zhao")


async def test_there_are_only_so_many_at_once(office: Office) -> None:
    for number in range(MAX_PROPOSALS):
        await office.proposals.propose("wang", "x", {"n": number}, subject="")
    with pytest.raises(BusyError):
        await office.proposals.propose("wang", "x", {"n": -1}, subject="")
    office.clock.jump_wall(ms=PROPOSAL_S * 1000)
    await office.proposals.propose("wang", "x", {"n": -1}, subject="")


def test_no_one_person_gets_hold_of_an_account_that_may_confirm() -> None:
    for verb in ("add", "password", "no-second"):
        two = [role for role in StaffRole if takes_two(RIGHTS, verb, {role})]
        assert two == [*list(StaffRole)[:3], StaffRole.REVIEWER]  # who confirms, and who approves
    for verb in ("disable", "remove", "unlock", "enable"):
        assert [role for role in StaffRole if takes_two(RIGHTS, verb, {role})] == [StaffRole.AUDIT]
    assert takes_two(RIGHTS, "system", {StaffRole.OPERATOR, StaffRole.SYSTEM})
    assert takes_two(RIGHTS, "operator", {StaffRole.AUDIT, StaffRole.OPERATOR})
    assert takes_two(HUB_RIGHTS, "add", {StaffRole.AUDIT})
    assert not takes_two(HUB_RIGHTS, "add", {StaffRole.OPERATOR})
