"""A clerk has forgotten her password: the county releases the desk, and nothing is lost."""

from dataclasses import dataclass

import pytest

from protocol.codec import altered
from protocol.envelope.desk_code import desk_code
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import Envelope
from protocol.envelope.payloads import Payload, read_payload
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.envelope.vault_county import open_county_slot, release_to
from protocol.errors import PasswordWrongError, UsageError
from protocol.errors.desk import (
    ClerkError,
    ClerkNameError,
    ClerkWaitError,
    ForgottenForeignError,
    ForgottenNoneError,
    ForgottenOldError,
    ForgottenOpenError,
    ForgottenWaitError,
)
from protocol.limits import DESK_REQUEST_DAYS
from runtime.control.calls import Nothing
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Forgot, ForgottenShown, NewPassword, Proof
from station_agent.clerks.service import MAX_CLERKS
from station_agent.clerks.unlocking import LOCK_S, PAUSES_S
from station_agent.status.calls import ShowStatus
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK
from tests.station_agent.county import STATION
from tests.station_agent.village import Village

FANG, QIANG = "韦小芳", "农志强"
OLD, OTHER, NEW = "旧的口令已经忘掉了", "同事自己的口令没忘", "新的口令可要记牢"
DAY_S = 86_400


@dataclass
class Counter:
    """The county's side, as far as this goes."""

    village: Village

    def request(self) -> DeskRequest:
        """The newest request that reached the parent."""
        found = [self._opened(one) for one in self.village.parent.envelopes.values()]
        return [one for one in found if isinstance(one, DeskRequest)][-1]

    def _opened(self, envelope: Envelope) -> Payload:
        keys = self.village.county.keys.opening
        return read_payload(envelope.open(keys[SuiteNumber(envelope.header.suite)]))

    def answer(self, request: DeskRequest, desk: bytes = b"") -> DeskRelease:
        """What is in the slot, sealed for the desk of the request or for another one."""
        key = self.village.county.keys.opening[SuiteNumber(request.slot.suite)]
        vault = open_county_slot(request.slot, station=STATION, public=request.vault, key=key)
        sealed = release_to(vault, station=STATION, desk=desk or request.desk)
        return DeskRelease(desk=request.desk, sealed=sealed)

    async def sends(self, station: Station, answer: DeskRelease) -> None:
        """The answer goes down."""
        self.village.parent.send(self.village.county.post(answer))
        await self.village.exchange(station)


async def with_clerks(station: Station, *more: str) -> None:
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=OLD))
    for name in more:
        proof = Proof(clerk=FANG, password=OLD)
        await station.clerks.add(CLERK, AddClerk(name=name, password=OTHER, by=proof))


async def asks(
    station: Station, clerk: str = FANG, password: str = NEW, *, anew: bool = False
) -> ForgottenShown:
    return await station.forgotten.ask(CLERK, Forgot(clerk=clerk, password=password, anew=anew))


async def finishes(station: Station, password: str = NEW) -> ForgottenShown:
    return await station.forgotten.finish(CLERK, NewPassword(password=password))


async def status(station: Station) -> ForgottenShown:
    return await station.forgotten.status(CLERK, Nothing())


async def opens(station: Station, clerk: str, password: str) -> bool:
    try:
        await station.unlocking.unlock(Proof(clerk=clerk, password=password))
    except PasswordWrongError:
        return False
    return True


async def test_released_by_the_county_she_has_a_new_password_and_nothing_is_lost(
    village: Village,
) -> None:
    async with village.open() as station:
        await with_clerks(station, QIANG)
        application = await village.submit(station)
        asked = await asks(station)
        assert (asked.clerk, asked.released) == (FANG, False)
        assert await opens(station, FANG, OLD)  # a request alone changes nothing
        await village.exchange(station)
        request = Counter(village).request()
        assert desk_code(STATION, request) == asked.code
        assert (request.clerk, request.vault) == (FANG, station.clerks.vault.public)
        await Counter(village).sends(station, Counter(village).answer(request))
    async with village.open() as station:  # the PC is off every night
        assert (await status(station)).released
        done = await finishes(station)
        assert (done.clerk, done.code) == (FANG, "")
        assert await opens(station, FANG, NEW)
        assert not await opens(station, FANG, OLD)
        assert await opens(station, QIANG, OTHER)
        shown = await station.status.status(CLERK, ShowStatus(clerk=FANG, password=NEW))
        assert [(one.application, one.applicant) for one in shown.applications] == [
            (application, "某人")
        ]


async def test_it_stands_in_the_record_of_openings_who_got_in(village: Village) -> None:
    async with village.open() as station:
        await released(village, station)
        await finishes(station)
        found = await station.database.read(clerks.openings)
        assert (found[-1].clerk, found[-1].purpose) == (FANG, Purpose.FORGOTTEN)


async def released(village: Village, station: Station, clerk: str = FANG) -> DeskRelease:
    await with_clerks(station, QIANG)
    await asks(station, clerk)
    await village.exchange(station)
    counter = Counter(village)
    answer = counter.answer(counter.request())
    await counter.sends(station, answer)
    return answer


async def test_somebody_new_may_get_in_by_name_and_the_others_stay(village: Village) -> None:
    async with village.open() as station:
        await released(village, station, "黄美丽")
        await finishes(station)
        assert station.clerks.vault.clerks == (FANG, QIANG, "黄美丽")
        for name, word in ((FANG, OLD), (QIANG, OTHER), ("黄美丽", NEW)):
            assert await opens(station, name, word)


async def test_what_came_opens_with_the_password_that_was_chosen_and_with_no_other(
    village: Village,
) -> None:
    async with village.open() as station:
        await released(village, station)
        for pause_s in (*PAUSES_S[1:], LOCK_S):
            with pytest.raises(PasswordWrongError):
                await finishes(station, OTHER)
            await village.clock.advance(pause_s)
        with pytest.raises(PasswordWrongError):
            await finishes(station, OLD)
        with pytest.raises(ClerkWaitError):
            await finishes(station)
        await village.clock.advance(LOCK_S)
        await finishes(station)
        assert await opens(station, FANG, NEW)


async def test_before_the_county_answers_there_is_nothing_to_open(village: Village) -> None:
    async with village.open() as station:
        await with_clerks(station)
        with pytest.raises(ForgottenNoneError):
            await finishes(station)
        asked = await asks(station)
        with pytest.raises(ForgottenWaitError) as waits:
            await finishes(station)
        assert waits.value.detail == asked.code


async def test_an_answer_counts_once(village: Village) -> None:
    async with village.open() as station:
        answer = await released(village, station)
        await finishes(station)
        await Counter(village).sends(station, answer)  # sealed anew: another envelope
        assert await status(station) == ForgottenShown(clerk="")
        with pytest.raises(ForgottenNoneError):
            await finishes(station)


async def test_a_second_request_waits_a_day_and_then_voids_the_first(village: Village) -> None:
    async with village.open() as station:
        await with_clerks(station)
        first = await asks(station)
        await village.exchange(station)
        counter = Counter(village)
        answer = counter.answer(counter.request())
        with pytest.raises(ForgottenOpenError) as still:
            await asks(station, QIANG)
        assert still.value.detail == first.code
        await village.clock.advance(DAY_S)
        second = await asks(station, QIANG)
        assert second.code != first.code
        await counter.sends(station, answer)
        shown = await status(station)
        assert (shown.code, shown.released, shown.stray) == (second.code, False, 1)


async def test_whoever_owns_the_folder_may_ask_anew_at_once(village: Village) -> None:
    async with village.open() as station:
        await with_clerks(station)
        first = await asks(station)
        assert (await asks(station, anew=True)).code != first.code


async def test_an_answer_for_another_desk_or_of_another_vault_is_refused_in_words(
    village: Village,
) -> None:
    async with village.open() as station:
        await with_clerks(station)
        await asks(station)
        await village.exchange(station)
        counter, other = Counter(village), new_opening_key(SuiteNumber.X25519, village.randomness)
        request = counter.request()
        elsewhere = counter.answer(altered(request, desk=other.public_bytes()))
        await counter.sends(station, elsewhere)
        assert (await status(station)).stray == 1
        misdirected = counter.answer(request, desk=other.public_bytes())
        await counter.sends(station, misdirected)
        assert (await status(station)).released
        with pytest.raises(ForgottenForeignError):
            await finishes(station)
        assert await status(station) == ForgottenShown(clerk="")
        assert await opens(station, FANG, OLD)


async def test_a_request_counts_for_so_many_days_and_no_longer(village: Village) -> None:
    async with village.open() as station:
        await released(village, station)
        await village.clock.advance(DESK_REQUEST_DAYS * DAY_S)
        assert not (await status(station)).old
        await village.clock.advance(1)
        assert (await status(station)).old
        with pytest.raises(ForgottenOldError):
            await finishes(station)
        assert await opens(station, FANG, OLD)


async def test_what_can_not_be_asked_is_refused_and_nothing_goes(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(UsageError, match="不必放行"):
            await asks(station)
        await with_clerks(station, *(f"同事{number}" for number in range(MAX_CLERKS - 1)))
        with pytest.raises(ClerkNameError):
            await asks(station, " ")
        with pytest.raises(ClerkError, match=str(MAX_CLERKS)):
            await asks(station, "第二十一个")
        assert (await status(station)).code == ""
        assert (await asks(station, "同事3")).code
