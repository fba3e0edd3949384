"""A busy hub behind its board: real relay and roster, with what a bad week leaves there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from central.accounts.roles import StaffRole
from central.hub.record import LogRecord
from central.hub.renewal import HubRenewal
from central.hub.service import HubService
from central.relay.exchange.upstream import Line
from central.relay.health.calls import HubState
from central.store.migrate import ACCOUNTS, HUB, migrate
from protocol.envelope.envelope import Lane
from protocol.envelope.office_payloads import OfficeCase, OfficeNews
from protocol.errors import StickUnwritableError
from protocol.json_values import from_json, to_json
from protocol.records.followups import NewContact, Said, Subject, Withdrawal
from protocol.trust.edition import Edition
from protocol.trust.roster import Role
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Nothing
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.web.site import Site
from tests.central.accounts.office import staff_at
from tests.central.hub.boards import hub_site
from tests.central.hub.giving import CASE, case_of, give, tell
from tests.central.nodes import County as Nodes
from tests.shots.county import PASSWORD, SETTINGS

PEOPLE = {
    "农站长": StaffRole.OPERATOR,
    "黎安全": StaffRole.SECURITY,
    "农梅": StaffRole.HANDLER,
}
SAMPLES = {
    "case": [CASE],
    "/office/{case}/act/{action}": [f"/office/{CASE}/act/{one}" for one in ("accept", "pass")],
    "position": ["0"],
}
_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
_STUCK = ("peer.not-on-roster", "peer.too-large", "peer.unopenable", "peer.internal")
FOLDER = "/media/udisk/yizhan"
_CARRIED = {
    "envelopes": 41,
    "blobs": 17,
    "editions": 3,
    "bytes": 48_211_077,
    "skipped": 12,
    "joins": 1,
    "refused_more": 0,
}


class BusyHub(HubService):
    """Tells what the real hub tells, with the counts of a week in which the line was bad."""

    async def status(self, actor: Actor, _: Nothing, __: Report = silent) -> HubState:
        state = to_json(await super().status(actor, _))
        return from_json(_after_a_week(state, self._relay.clock.now_ms()), HubState)


@asynccontextmanager
async def open_hub(nodes: Nodes, release: Edition | None = None) -> AsyncIterator[Site]:
    """The board of the hub of ``nodes``, which carries ``release``."""
    async with nodes.relay(nodes.hub, name="hub") as relay:
        await migrate(relay.store, ACCOUNTS, HUB)
        await relay.publish(nodes.scene.authority.roster().edition)
        if release:
            await relay.publish(release)
        line, chance = Line(), nodes.scene.randomness
        below = [n for n, one in relay.editions.roster.nodes.items() if one.role is Role.STATION]
        given = case_of(relay.node, station=below[0])
        await give(relay, chance, given)
        await tell(relay, chance, _came(given, "0c" * 16, NewContact(phone="19900000001")))
        withdrawn = Withdrawal(by="黄小明", words="全家外出务工，不办了")
        await tell(relay, chance, _came(given, "0d" * 16, withdrawn))
        renewal = HubRenewal(relay, chance)
        hub = BusyHub(relay, LogRecord(), renewal=renewal, line=line)
        site = hub_site(relay, SETTINGS, chance, hub)
        for name, role in PEOPLE.items():
            await staff_at(site).accounts.add(name, role, PASSWORD)
        hold = asyncio.Event()
        start_works(site, next(iter(PEOPLE)), hold)
        yield site
        hold.set()
        await site.tasks.close()


def start_works(site: Site, owner: str, hold: asyncio.Event) -> None:
    """One stick that is being written until ``hold``, one that is done, one that failed."""

    async def going(report: Report) -> dict[str, Any]:
        report(Done(31_457_280, 48_211_077))
        await hold.wait()
        return {**_CARRIED, "refused": []}

    async def done(_: Report) -> dict[str, Any]:
        refused = [
            {"file": f"yizhan/{at:02x}{'ab' * 8}.env", "code": "stick.incomplete"}
            for at in range(23)
        ]
        return {**_CARRIED, "refused": refused}

    async def failed(_: Report) -> dict[str, Any]:
        raise StickUnwritableError(FOLDER)

    for title, work in (("stick-export", going), ("stick-import", done), ("stick-export", failed)):
        site.tasks.start(owner, title, work, subject=FOLDER, in_bytes=True)


def _after_a_week(state: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """What the real hub tells, with the counts of a week in which the line was bad."""
    below = [node for node, one in state["nodes"].items() if one["role"] == Role.STATION.value]
    held = [_held(at, node, now_ms) for at, node in enumerate(below) if at % 3]
    deferred = [_deferred(at, below[at % len(below)], state["parent"], now_ms) for at in range(9)]
    up = {"node": state["parent"], "name": "", "guest": False, "heard_ms": now_ms - _MINUTE_MS}
    neighbours = [{**up, "lanes": _lanes(7)}]
    neighbours += [_neighbour(at, node, now_ms) for at, node in enumerate(below)]
    return {
        **state,
        "line": {"is_open": False, "since_ms": now_ms - 3 * 3_600_000, "code": "line"},
        "disk": {"bytes": 10**12, "free": 5 * 10**8, "files_free": None, "short": True},
        "held": held,
        "neighbours": neighbours,
        "aside": deferred,
        "aside_count": 14,
        "stumbled": 2,
        "quota": {"items": 60, "bytes": 200_000_000},
    }


def _held(at: int, node: str, now_ms: int) -> dict[str, Any]:
    count, size = at * 5, at * 3_100_000
    facts = {"envelopes": count, "blobs": at, "oldest_ms": now_ms - at * 7 * 3_600_000}
    return {"origin": node, "items": count + at, "bytes": size, **facts}


def _neighbour(at: int, node: str, now_ms: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"node": node, "name": "", "guest": at == 4, "lanes": _lanes(at)}
    if at % 5:
        facts["envelopes"] = {"waiting": at, "bytes": at * 9_000, "oldest_ms": now_ms - _DAY_MS}
    if at % 6:
        facts["heard_ms"] = now_ms - (at % 7) * 11 * _MINUTE_MS - (4 * _DAY_MS if at == 8 else 0)
    return facts


def _lanes(at: int) -> dict[str, Any]:
    free = {"shut": None, "opens_ms": None}
    found: dict[str, dict[str, Any]] = {
        lane.name.lower(): {"waiting": at, "bytes": at * 40_000, **free} for lane in Lane
    }
    found["blobs"] |= {"shut": "window", "opens_ms": 1_790_031_600_000}
    found["catalogue"] |= {"shut": "budget", "opens_ms": None}
    return found


def _deferred(at: int, origin: str, parent: str, now_ms: int) -> dict[str, Any]:
    return {
        "item": hashlib.sha256(bytes([at])).hexdigest(),
        "kind": "blob" if at % 3 == 2 else "envelope",
        "origin": origin,
        "refused_by": parent,
        "code": _STUCK[at % len(_STUCK)],
        "refusals": 5 + at,
        "since_ms": now_ms - at * 17 * 3_600_000,
    }


def _came(given: OfficeCase, ref: str, subject: Subject) -> OfficeNews:
    """What its village has sent for a case meanwhile."""
    return OfficeNews(
        station=given.station,
        application=given.application,
        turn=given.turn,
        ref=ref,
        said=Said(subject=subject, clerk="农小芳"),
        came_ms=1_790_000_500_000,
    )
