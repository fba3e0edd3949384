"""A withdrawn or replaced PC is told so, seals nothing new, and keeps everything."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Outcome, Rejection
from protocol.errors import (
    NodeDrainingError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    YizhanError,
    from_code,
)
from protocol.trust.edition import Edition, Kind
from protocol.trust.roster import Drained, State
from station_agent.app import Station
from station_agent.status.terminal import show_status
from tests.builders.clerk import ask_status, status_of
from tests.builders.clock import START_MS
from tests.station_agent.county import STATION, County
from tests.station_agent.village import Village


@dataclass
class Withdrawing(County):
    """A county that says something of the station."""

    state: State = State.ACTIVE
    drained: tuple[Drained, ...] = ()

    def say(self, village: Village, version: int, state: State, *, replaced: bool = False) -> None:
        """The next roster, at the parent."""
        own = self.station_keys.signer.public_bytes()
        self.state, self.drained = state, (Drained(signing=(own,)),) if replaced else ()
        village.parent.publish(self.news(Kind.ROSTER, self.edition(version)))
        village.parent.roster = version

    def edition(self, version: int) -> Edition:
        made = self.entries
        changed = {"state": self.state, "drained": self.drained}
        self.entries = lambda **urls: {  # type: ignore[method-assign]
            node: altered(entry, **changed) if node == STATION else entry
            for node, entry in made(**urls).items()
        }
        try:
            return self.make_roster(version)
        finally:
            self.entries = made  # type: ignore[method-assign]


@pytest.fixture
def county() -> Withdrawing:
    return Withdrawing()


@pytest.fixture
def withdrawn(tmp_path: Path, county: Withdrawing) -> Village:
    return Village(tmp_path / "station", county=county)


async def revocation_status(station: Station) -> str | None:
    shown = (await status_of(station))["standing"]
    return str(shown["code"]) if shown else None


async def test_a_draining_station_sends_what_it_has_and_takes_nothing_new(
    withdrawn: Village, county: Withdrawing, capsys: pytest.CaptureFixture[str]
) -> None:
    async with withdrawn.open() as station:
        saved = [withdrawn.submission() for _ in range(2)]
        for one in saved:
            await station.intake.submit(one)
        county.say(withdrawn, 2, State.DRAINING)
        await withdrawn.exchange(station)

        with pytest.raises(NodeDrainingError):
            await withdrawn.submit(station)
        assert await station.intake.submit(saved[0]) == saved[0].application  # handed in before
        show_status(await ask_status(station))
        words = capsys.readouterr().out
        assert NodeDrainingError.zh in words
        assert "本机已封 2 件" in words
        assert len(withdrawn.parent.envelopes) == 2

        county.say(withdrawn, 3, State.ACTIVE)
        await withdrawn.exchange(station)
        assert await revocation_status(station) is None
        await withdrawn.submit(station)


async def test_a_pc_learns_from_a_roster_on_a_stick_that_it_is_replaced(
    withdrawn: Village, county: Withdrawing
) -> None:
    async with withdrawn.open() as station:
        county.say(withdrawn, 2, State.ACTIVE, replaced=True)
        await withdrawn.exchange(station)
        assert await revocation_status(station) == "node.replaced"
        with pytest.raises(NodeReplacedError):
            await withdrawn.submit(station)


@pytest.mark.parametrize(
    ("state", "replaced", "error", "closed"),
    [
        (State.STOPPED, False, NodeStoppedError, True),
        (State.ACTIVE, True, NodeReplacedError, True),
        (State.SUSPENDED, False, NodeSuspendedError, False),
        (State.RETIRED, False, NodeRetiredError, False),
    ],
)
async def test_the_county_s_word_holds_over_restarts_until_the_county_says_another(
    withdrawn: Village,
    county: Withdrawing,
    state: State,
    error: type[YizhanError],
    *,
    replaced: bool,
    closed: bool,
) -> None:
    async with withdrawn.open() as station:
        kept = await withdrawn.submit(station)
        county.say(withdrawn, 2, state, replaced=replaced)
        await withdrawn.exchange(station)
    async with withdrawn.open() as station:  # the PC was switched off and on
        assert (await status_of(station))["standing"] == {
            "code": error.code,
            "words": error.zh,
            "at_ms": START_MS,  # of that roster
        }
        assert await withdrawn.state(station, kept) == "at_hub"
        if closed:
            with pytest.raises(error):
                await withdrawn.submit(station)
        else:
            await withdrawn.submit(station)
        county.say(withdrawn, 3, State.ACTIVE)
        await withdrawn.exchange(station)
        assert await revocation_status(station) is None
        await withdrawn.submit(station)


async def test_the_count_goes_on_over_restarts(village: Village) -> None:
    for _ in range(3):
        async with village.open() as station:
            await village.submit(station)
            await village.submit(station)
    async with village.open() as station:
        assert (await status_of(station))["minted"] == 6


async def test_a_new_pc_shows_what_became_of_the_old_one_s_applications(village: Village) -> None:
    async with village.open() as station:
        decision, _ = village.county.decision(b"a" * 16, Outcome.APPROVED, note="准予")
        rejection = Rejection(
            envelope=b"e" * 32,
            code="review.rejected",
            detail="不是本村的申请",
            n=2,
            at_ms=7,
            application=b"b" * 16,
        )
        village.parent.send(decision)
        village.parent.send(village.county.post(rejection, Lane.RESULTS))
        await village.exchange(station)
        shown = {
            one["application"]: (one["state"], one["result"])
            for one in (await status_of(station))["applications"]
        }
    assert shown[(b"a" * 16).hex()][0] == "decided"
    state, result = shown[(b"b" * 16).hex()]
    assert (state, result["detail"]) == ("rejected", "不是本村的申请")
    assert "没有受理" in str(from_code(result["code"], ""))


async def test_mail_for_the_lost_pc_does_not_disturb_the_new_one(village: Village) -> None:
    other = County()
    other.station_secrets = other.secrets  # sealed for keys that this PC does not have
    async with village.open() as station:
        keys = village.county.station_keys
        village.county.station_keys = other.secrets.node_keys()
        village.parent.send(village.county.decision(b"a" * 16)[0])
        village.county.station_keys = keys
        village.parent.send(village.county.decision(b"c" * 16)[0])
        await village.exchange(station)
        assert len(village.parent.taken) == 2  # and neither comes again
        assert not village.parent.refused
        status = await status_of(station)
        assert [one["application"] for one in status["applications"]] == [(b"c" * 16).hex()]
        assert (status["stumbled"], status["aside"]) == (0, [])
