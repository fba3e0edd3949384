"""A full county behind the console: every node of the sample roster, each in another condition."""

import itertools
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.onetime import File, Kind, Shown
from central.accounts.roles import StaffRole
from central.county.catalogue.offered import catalogue_services
from central.county.catalogue.pages.keys import CatalogueServices
from central.county.console.importing import ImportShown
from central.county.console.site import console_site
from central.county.control.archiving import keeping_of
from central.county.control.operations import CountyOperations
from central.county.county import County, CountySettings
from central.county.nodes.operations import ClockOperations
from central.county.numbers.ports import NumberRules
from central.relay.store.models import HealthRow, LinkRow
from central.server.config import ServerConfig
from central.store.base import table_of
from central.store.migrate import ACCOUNTS, COUNTY, migrate
from protocol.errors import JoinWaitingError, RosterFileError, YizhanError
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.ids import NodeId
from protocol.trust.reports.health import Health, sign_health
from protocol.trust.roster import Role, State
from protocol.version import PROGRAM
from provisioning.bulk.calls import AddedNode
from provisioning.bulk.table import read_table
from provisioning.invitation import Invitation
from provisioning.lifecycle import changes
from provisioning.operations import Provisioning, recorded
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.owner import BY, Operation, Report
from runtime.web.site import Site
from tests.builders.catalogue.full_item import LIBRARY, full_item
from tests.central.accounts.office import accounts_of, staff_at
from tests.central.county.village import Village
from tests.central.nodes import County as Nodes
from tests.central.nodes import NodeRelay
from tests.provisioning.scene import Machine
from tests.shots.cases import fill_cases, scan_of
from tests.shots.fees import let_cost
from tests.shots.numbers import fill_numbers, window_at
from tests.shots.offices import fill_offices, hubs_of
from tests.shots.tokens import with_tokens
from tests.shots.uploads import HUB_CODE

LONGZHOU = Path(__file__).parents[2] / "examples" / "longzhou"
PASSWORD = "correct-horse-9"
PEOPLE = {
    "王芳": StaffRole.SYSTEM,
    "李建国": StaffRole.SECURITY,
    "农秀英": StaffRole.AUDIT,
    "黄海": StaffRole.OPERATOR,
    "韦编": StaffRole.AUTHOR,
    "陆经办": StaffRole.HANDLER,
}
SETTINGS = ServerConfig(second_factor="optional", pages="127.0.0.1:0")
HUB_NAME = "金龙镇便民服务中心"
UNINVITED, WAITING = 9, 2  # of the last nodes of the roster
DRAINING = 2  # stations whose applications lie in the review queue
_LATER_S = 8 * 86_400
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_DANGEROUS = {
    "说明.html": b"<script>document.title = 'executed'</script><h1>not to be executed</h1>",
    "签名.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "批复 扫描件（第一页）与家庭成员名单以及其他附带说明的很长的文件名.pdf": b"%PDF-1.4\n%%EOF\n",
}


@dataclass(kw_only=True)
class ShownCounty:
    """An open county, and the console over it."""

    nodes: Nodes
    relay: NodeRelay
    county: County
    site: Site
    operations: Mapping[str, Operation]
    archive: Any  # ArchiveOperations
    stations: Sequence[Machine]

    async def act(self, who: str, operation: str, **args: Any) -> Any:
        """Somebody does something on a page; a refusal stands in the record, too."""
        self.nodes.scene.clock.tick(437)
        with suppress(YizhanError):
            return await self.operations[operation]({**args, BY: f"{who} (web)"}, silent)


@asynccontextmanager
async def open_county(folder: Path, *, most: int | None = None) -> AsyncIterator[ShownCounty]:
    """The county, filled; it lies in ``folder``.

    Args:
        most: so many of its nodes only, at least 72; None for all.
    """
    nodes = Nodes(folder)
    machines = _populate(nodes, most)
    async with nodes.relay(nodes.county, name="centre") as relay:
        await migrate(relay.store, COUNTY, ACCOUNTS)
        shown = await _compose(nodes, relay, machines)
        await _hear(shown)
        await _fill_tray(shown)
        await fill_cases(shown.county, shown.relay, shown.nodes.scene, shown.stations[DRAINING:])
        nodes.scene.clock.tick(_LATER_S)  # some of the cases are late now
        await _keep_busy(shown)
        await propose(shown)
        hubs = hubs_of(shown.relay.editions.roster)
        await fill_offices(shown.county, hubs, shown.relay.clock.now_ms())
        await fill_numbers(shown.county.numbers, [one.node for one in shown.stations])
        yield shown
    nodes.scene.authority.close()


def _populate(nodes: Nodes, most: int | None) -> list[Machine]:
    """Put the roster's nodes in, and let most of them join."""
    authority = nodes.scene.authority
    authority.change(
        nodes.hub.node, lambda roster: changes.renamed(roster, nodes.hub.node, HUB_NAME)
    )
    lines = (LONGZHOU / "roster.csv").read_text("utf-8").splitlines()
    rows = [line for line in lines[1:] if f"{HUB_CODE}000" != line[:12] and ",county," not in line]
    table = "\n".join(
        (lines[0] + ",contact,url", *map(_with_contact, itertools.count(), rows[:most]))
    )
    newcomers = [line.newcomer for line in read_table(table.encode()).lines]
    invitations = authority.invitations.add_all(newcomers)
    machines = [nodes.scene.join(one)[0] for one in invitations[:-UNINVITED]]
    machines.append(window_at(nodes))
    _let_wait(nodes, invitations[-WAITING:])
    return machines


def _with_contact(number: int, line: str) -> str:
    hub = ",hub," in line
    url = f"https://hub{number}.longzhou.example.cn:8441" if hub else ""
    return f"{line},{'黄' if hub else '农'}{'主任' if hub else '支书'} 0771-88{number:05},{url}"


def _let_wait(nodes: Nodes, invitations: Sequence[Invitation]) -> None:
    scene = nodes.scene
    policy = scene.authority.folder / "policy.toml"
    policy.write_text('[enrolment]\napproval = "manual"\n', "utf-8")
    for one in invitations:
        parcel, _ = scene.machine(one).parcel(one.code)
        with suppress(JoinWaitingError):
            scene.authority.admit(parcel, scene.opening_key)


async def _compose(nodes: Nodes, relay: NodeRelay, machines: list[Machine]) -> ShownCounty:
    authority = nodes.scene.authority
    county = County.build(
        *(relay, authority.keys_of, authority, nodes.scene.randomness),
        CountySettings(
            directory=authority,
            number_rules=lambda: NumberRules(charging=(machines[-1].node,)),
        ),
    )
    relay.serve(county.role)
    accounts = accounts_of(relay, nodes.scene.randomness, authority)

    async def changed() -> None:
        roster = authority.roster()
        if roster.version > relay.editions.roster.version:
            await relay.publish(roster.edition)

    asked = CountyOperations.of(county, accounts.record)
    clock = ClockOperations(relay, authority.watch, accounts.record)
    _, archive = keeping_of(relay, county, authority, accounts.record)
    operations = {
        **recorded(authority, changed),
        **accounts.handlers(),
        **asked.handlers(),
        **clock.handlers(),
    }
    drafts = catalogue_services(
        relay.store, county.catalogue, county.drafts, relay.clock, accounts.record
    ).drafts
    site = console_site(
        relay,
        accounts,
        SETTINGS,
        watch=county.nodes,
        asked=asked,
        clock=clock,
        provisioning=Provisioning.of(authority, changed, accounts.record),
        authority=authority,
        catalogue=CatalogueServices.of(county.catalogue, drafts),
        drafts=drafts,
        tokens=await with_tokens(relay, accounts.record),
        archive=archive,
    )
    await county.catalogue.publish(shown_catalogue())
    for name, role in PEOPLE.items():
        await accounts.accounts.add(name, role, PASSWORD)
    stations = [one for one in machines if authority.roster().nodes[one.node].role is Role.STATION]
    return ShownCounty(
        nodes=nodes,
        relay=relay,
        county=county,
        site=site,
        operations=operations,
        archive=archive,
        stations=stations,
    )


def shown_catalogue() -> bytes:
    """The sample county's with a fee for one of its items, and one item that has everything."""
    document = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    let_cost(document["items"])
    document["materials"] = {**document.get("materials", {}), **LIBRARY}
    document["items"].append(full_item())
    return json.dumps(document, ensure_ascii=False).encode()


async def _hear(shown: ShownCounty) -> None:
    """Each node was heard of at another time, in another condition."""
    clock = shown.relay.clock
    clock_ms, roster = clock.now_ms() + _LATER_S * 1000, shown.relay.editions.roster
    links: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for number, (node, entry) in enumerate(roster.nodes.items()):
        if entry.role is Role.COUNTY or entry.state is State.INVITED or number % 31 == 30:
            continue
        age_ms = number % 7 * 411_000 + (5 * _DAY_MS if number % 23 == 5 else 0)
        if entry.role is Role.HUB:
            facts = {"roster": roster.version, "release": 1, "heard_ms": clock_ms - age_ms}
            links.append({"peer": node, "dirty": False, "seen_number": 0, **facts})
        signer = shown.nodes.scene.secrets.node_keys().signer
        words.append(
            {
                "node": node,
                "number": 1,
                "key": b"",
                "word": sign_health(signer, _health(number, node, roster.version)),
                "said_ms": clock_ms - age_ms,
                "heard_ms": clock_ms - age_ms,
                "heard_by": entry.parent,
            }
        )

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(table_of(LinkRow)), links)
        await session.execute(insert(table_of(HealthRow)), words)

    await shown.relay.store.transact(work)


def _health(number: int, node: NodeId, roster: int) -> Health:
    conditions = {7: ("disk-low",), 11: ("set-back", "set-aside"), 19: ("stumbled", "salvaged")}
    return Health(
        node=bytes.fromhex(node),
        number=1,
        program=PROGRAM if number % 5 else "0.0.9",
        roster=roster,
        release=number % 3 and 1,
        waiting=number % 6,
        waiting_bytes=number % 6 * 431_007,
        oldest_s=number % 6 * 9_000 + (2 * 86_400 if number % 29 == 3 else 0),
        free_mib=120_000 // (number + 1),
        clock_error_ms=(None, 40, -64_000, 7 * _HOUR_MS)[number % 4],
        conditions=conditions.get(number % 37, ()),
    )


async def _fill_tray(shown: ShownCounty) -> None:
    """What two withdrawn stations had sealed waits for a person."""
    scene = shown.nodes.scene
    for machine, numbers in zip(
        shown.stations[:DRAINING], (range(1, 9), range(12, 21)), strict=True
    ):
        await shown.act("李建国", "provision.drain", node=machine.node, reason="撤并", upto=None)
        village = Village(
            node=machine.node,
            secrets=machine.secrets,
            county=shown.relay.node,
            county_keys=scene.keys,
            randomness=scene.randomness,
        )
        items: list[Item] = []
        for number in numbers:
            items += _application(village, number)
        parent = shown.relay.editions.roster.nodes[machine.node].parent
        exchange_store = shown.relay.exchanges.store_for(NodeId(parent))
        await exchange_store.store(scene.randomness.token(8), len(items), items)


def _application(village: Village, number: int) -> list[Item]:
    path = LONGZHOU / "applications" / f"{number:02}.json"
    sample: dict[str, Any] = json.loads(path.read_text("utf-8"))
    scans = [
        scan_of(village, material, path.parent / file)
        for material, file in sample["attachments"].items()
    ]
    if number == 1:
        scans += [
            village.scan(data, material="id-card", name=name) for name, data in _DANGEROUS.items()
        ]
    wire = village.submit(*scans, item=sample["item"], form=sample["form"])
    held = scans if number % 5 else scans[:-1]  # of some a scan has not come yet
    return [EnvelopeItem(wire=wire), *(part for scan in held for part in scan.parts)]


async def _keep_busy(shown: ShownCounty) -> None:
    """A week's work of four people, so that the record has many pages."""
    record, watcher = staff_at(shown.site).record, Actor.on_page("农秀英", frozenset())
    await record.note(Actor.on_page("王芳", frozenset()), "login")
    await shown.act("王芳", "county.review", after="")
    for number, machine in enumerate(shown.stations[4:40]):
        node = machine.node
        await shown.act("王芳", "provision.move", node=node, parent="", code="451423999999")
        if number % 4 == 1:
            await shown.act("王芳", "provision.rename", node=node, name=f"第{number}便民服务站")
        if number % 6 == 2:
            await shown.act("李建国", "provision.suspend", node=node, reason="电脑送修，下周一取回")
        if number % 12 == 2:
            await shown.act("李建国", "provision.resume", node=node, reason="")
        if number % 9 == 3:
            await shown.act("王芳", "provision.replace", node=node, reason="被盗", upto=None)
        if number % 7 == 0:
            await record.note(watcher, "login", "login.refused")
            await record.note(watcher, "login")
    await shown.act("李建国", "county.staff-add", name="新来的", role="operator")


async def show_once(shown: ShownCounty) -> list[str]:
    """What waits for 王芳 to be written down; the numbers."""
    kit = File(name="a.kit", kind="application/octet-stream", data=b"")
    card = File(name="a.html", kind="text/html", data=b"")
    machine, codes = shown.stations[9], ["k7mw-3hqp-x9vd-t2sn"] * 8
    things = (
        (
            Kind.KIT,
            machine.node,
            Shown(title=machine.kit.name, secrets=("7K2M-9QXA-4TRW",), files=(kit, card)),
        ),
        (Kind.KITS, "import", Shown(title="146", files=(kit, card))),
        (Kind.PASSWORD, "新来的", Shown(title="新来的", secrets=(codes[0],))),
        (Kind.RECOVERY, "王芳", Shown(title="王芳", secrets=tuple(codes))),
    )
    put = staff_at(shown.site).onetime.put
    return [await put("王芳", kind, subject, one) for kind, subject, one in things]


async def propose(shown: ShownCounty) -> None:
    """What waits for a second person, and what became of the rest."""
    ask, node = staff_at(shown.site).proposals.propose, shown.stations[3].node
    lost = {"node": node, "reason": "被盗", "upto": None}
    old = await ask("王芳", "provision.replace", lost, subject=node)
    await staff_at(shown.site).proposals.confirm(old.number, "李建国")
    watcher = {"name": "新审计", "role": "audit"}
    await ask("李建国", "county.staff-add", watcher, subject="新审计")
    changed = {"name": "农秀英", "change": "no-second"}
    await ask("李建国", "county.staff-change", changed, subject="农秀英")
    await ask("王芳", "provision.replace", lost | {"reason": "进水"}, subject=node)


def start_works(shown: ShownCounty) -> list[str]:
    """Imports: one that is done, one that goes on, one that failed; their numbers."""

    async def done(_: Report) -> ImportShown:
        roster = shown.relay.editions.roster.nodes
        nodes = [
            AddedNode(
                node=one.node,
                name=one.kit.name,
                role=Role.STATION,
                code=roster[one.node].code,
                kit="",
                card="",
            )
            for one in shown.stations
        ]
        return ImportShown(nodes=nodes, once="0" * 32)

    async def failing(_: Report) -> dict[str, Any]:
        raise RosterFileError("第 3 行")

    tasks = shown.site.tasks
    return [tasks.start("王芳", "import", work).number for work in (done, failing)]
