"""A village station after a busy week: applications in every state, and a clerk with work left."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from protocol.catalogue.changes.names import DRAFTS
from protocol.catalogue.items.entries import catalogue_entries
from protocol.codec import altered
from protocol.envelope.number_payloads import Numbers
from protocol.envelope.payloads import Outcome, ReceiptState
from protocol.ids import ApplicationId, NodeId
from protocol.records.corrections import FieldFault
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.roster import RosterEntry
from station_agent.app import Station
from station_agent.intake.calls import Submission
from tests.builders.clock import START_MS
from tests.shots.county import LONGZHOU, shown_catalogue
from tests.station_agent.county import County
from tests.station_agent.numbers.scene import block
from tests.station_agent.village import Village

NAMES = {"county": "龙州县", "hub": "金龙镇便民服务中心", "station": "板送村便民服务站"}
CHANGED = "451423-061"  # it gets a second version while a draft of it lies open
_UNTIL = "2027-03-31"
_EXAMPLES = 20  # of applications
_WEEK, _TODAY = 54, 8  # applications that left, and that wait
_PAUSE_S, _HOUR_MS = 9_700, 3_600_000
_STUCK, _RECEIVED, _COMPLETE, _REJECTED, _SHOWN = 1, 2, 3, 7, 8  # in this order each week
_RESULTS = {
    4: (Outcome.APPROVED, "准予办理。请群众带身份证来站领取。"),
    5: (
        Outcome.REFUSED,
        "申请人已在外县领取同类补助，不能重复享受。如不服，可在 60 日内申请复议。",
    ),
    6: (
        Outcome.CORRECTION,
        "电话少一位，户口簿缺首页。请在 2026年10月15日 前补正，逾期按撤回处理。",
    ),
}
_FAULTS = (
    FieldFault(words="电话少一位", field="phone"),
    FieldFault(words="缺首页", material="household-register", page=1),
)


class NamedCounty(County):
    """One whose nodes are called as in life."""

    def __post_init__(self) -> None:
        """The same, with the sample county's catalogue."""
        super().__post_init__()
        self.release = self.make_release(1, json.loads(shown_catalogue()))

    def entries(self, **urls: str) -> dict[NodeId, RosterEntry]:
        """The three nodes of the roster."""
        found = super().entries(**urls)
        return {node: altered(one, name=NAMES[one.role.value]) for node, one in found.items()}

    def write_station(self, data: Path, *, password: str | None = None, url: str = "") -> None:
        """The data folder of a station that has just joined."""
        super().write_station(data, password=password, url=url)
        file = data / "node" / "node.json"
        facts = json.loads(file.read_text("utf-8"))
        named = {"name": NAMES["station"], "county_name": NAMES["county"]}
        file.write_text(json.dumps(facts | named, ensure_ascii=False), "utf-8")


def named_village(data: Path) -> Village:
    """A station that has just joined, and what is around it."""
    return Village(data, county=NamedCounty())


async def busy_station(stack: AsyncExitStack, village: Village) -> tuple[Station, list[str]]:
    """The station at the end of the week; of it one in each state and with each answer."""
    station = await stack.enter_async_context(village.open())
    village.parent.send(village.county.post(Numbers(blocks=(block(1, 500),), voided=())))
    await _exchange(village, station)
    week = [await _submit(village, station, number) for number in range(_WEEK)]
    await _exchange(village, station)
    _answer(village, week)
    await _exchange(village, station)
    today = [await _submit(village, station, number) for number in range(_WEEK, _WEEK + _TODAY)]
    return station, [*week[:_SHOWN], today[0]]


def example(number: int) -> dict[str, Any]:
    """One of the sample county's applications."""
    file = LONGZHOU / "applications" / f"{number % _EXAMPLES + 1:02}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


async def change_item(village: Village, station: Station) -> None:
    """Publish a catalogue in which :data:`CHANGED` asks for other things."""
    document = json.loads(shown_catalogue())
    (item,) = [one for one in document["items"] if one["id"] == CHANGED]
    asked = item["schema"]["properties"]
    del asked["agent_name"]
    asked["card_number"] = {"type": "string", "title": "原居住证号", "maxLength": 20}
    item["schema"]["required"].append("card_number")
    entries = dict(catalogue_entries(json.dumps(document).encode()))
    entries[CHANGED] = json.dumps({**json.loads(entries[CHANGED]), "version": 2}).encode()
    entries[DRAFTS] = json.dumps({CHANGED: {"until": _UNTIL, "version": 1}}).encode()
    head = make_head(Kind.RELEASE, 2, entries, START_MS)
    proof = sign_head(village.county.keys.signer, head)
    edition = Edition(head=head, proof=proof, entries=entries)
    village.parent.publish(village.county.news(Kind.RELEASE, edition))
    await _exchange(village, station)


async def _exchange(village: Village, station: Station) -> None:
    village.parent.time_ms = village.clock.now_ms()
    await village.exchange(station)


async def _submit(village: Village, station: Station, number: int) -> ApplicationId:
    village.clock.tick(_PAUSE_S)
    one, folder = example(number), LONGZHOU / "applications"
    files = [(material, folder / file) for material, file in one.get("attachments", {}).items()]
    submission = Submission(
        application=ApplicationId(hashlib.sha256(bytes([number])).hexdigest()[:32]),
        item=one["item"],
        form=json.dumps(one["form"], ensure_ascii=False),
        files=files,
    )
    return await station.intake.submit(submission)


def _answer(village: Village, week: Sequence[ApplicationId]) -> None:
    """The county answers each in another way; the first and the second not at all yet."""
    county, parent = village.county, village.parent
    sent = {county.open(one).application.hex(): one.id for one in parent.envelopes.values()}
    for number, application in enumerate(week):
        case = f"451423-2026-KT{number + 1:06}"
        envelope, at_ms = sent[application], village.clock.now_ms() - (_WEEK - number) * 600_000
        way = number % _SHOWN
        if way >= _RECEIVED:
            parent.send(county.receipt(envelope, ReceiptState.RECEIVED, case, at_ms=at_ms))
        if way >= _COMPLETE:
            later_ms = at_ms + 300_000
            parent.send(county.receipt(envelope, ReceiptState.COMPLETE, case, at_ms=later_ms))
        if (said := _RESULTS.get(way)) is not None:
            _decide(village, application, said, case, number + 1)
        elif way == _REJECTED:
            parent.send(county.rejection(envelope, n=number + 1))
        elif way == _STUCK:
            parent.send(county.notice(envelope, "peer.too-large", at_ms=at_ms))


def _decide(
    village: Village, application: ApplicationId, said: tuple[Outcome, str], case: str, n: int
) -> None:
    outcome, note = said
    decision, blobs = village.county.decision(
        bytes.fromhex(application),
        outcome,
        note=note,
        file=(LONGZHOU / "decision.pdf").read_bytes() if outcome is Outcome.APPROVED else None,
        n=n,
        at_ms=village.clock.now_ms() - _HOUR_MS,
        case=case,
        faults=_FAULTS if outcome is Outcome.CORRECTION else (),
    )
    village.parent.send(decision, blobs)
