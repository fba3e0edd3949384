"""An application that was handed in at the desk, and what the county answers."""

from collections.abc import Iterator, Mapping, Sequence

from protocol.envelope.payloads import Application, FollowUp, Outcome, Payload, read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.ids import ApplicationId
from protocol.records.corrections import FieldFault
from station_agent.app import Station
from tests.station_agent.desk.filling import carried
from tests.station_agent.desk.intake_items import CHECK, HAND_IN, brings, checks, types
from tests.station_agent.desk.visitor import Visitor
from tests.station_agent.village import Village

UNTIL = "2026-09-24"  # within what the item lets it follow
NAME = "黄秀英"


async def handed_in(
    visitor: Visitor, *, owing: bool = False, more: Mapping[str, str] | None = None
) -> ApplicationId:
    """With its card; the proof of residence is brought, or owed. ``more``: said at the end."""
    application = await types(visitor, name=NAME, bank="农信社")
    await brings(visitor, application, "card", 200, 210)
    said = {"-owed.proof": UNTIL} if owing else {}
    if not owing:
        await brings(visitor, application, "proof", 100)
    if more:
        said |= more
        page = f"{CHECK}/{application}"
        kept = {"token": await visitor.token(page), "-page": "check", **more}
        path = f"/items/subsidy/said/{application}"
        assert (await visitor.post(path, kept)).status == 200
    form = {**carried(await checks(visitor, application)), **said}
    assert (await visitor.post(f"{HAND_IN}/{application}", form)).status == 303
    return ApplicationId(application)


async def returned(
    village: Village,
    station: Station,
    application: str,
    *faults: FieldFault,
    note: str = "请照着改",
    until: str = "",
) -> None:
    """By the county, for correction."""
    await village.exchange(station)
    decision, _ = village.county.decision(
        bytes.fromhex(application),
        note=note,
        outcome=Outcome.CORRECTION,
        faults=faults,
        until=until,
    )
    village.parent.send(decision)
    await village.exchange(station)


async def presses(visitor: Visitor, path: str, page: str, **typed: str) -> str:
    """A button of a page; where it leads."""
    answer = await visitor.post(path, {"token": await visitor.token(page), **typed})
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


def sealed(village: Village) -> Iterator[Payload]:
    """What is at the parent, as the county opens it."""
    for envelope in village.parent.envelopes.values():
        key = village.county.keys.opening[SuiteNumber(envelope.header.suite)]
        yield read_payload(envelope.open(key))


def follow_ups(village: Village) -> Sequence[FollowUp]:
    """What follows applications, of that."""
    return [one for one in sealed(village) if isinstance(one, FollowUp)]


def applications(village: Village) -> Sequence[Application]:
    """The applications of it."""
    return [one for one in sealed(village) if isinstance(one, Application)]
