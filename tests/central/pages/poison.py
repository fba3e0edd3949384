"""Hostile text wherever somebody can write, for the console and the board."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.onetime import File, Kind, Shown
from central.accounts.roles import StaffRole
from central.county.casework.calls import IssueDocument
from central.county.catalogue.drafts.intents import Intent
from central.county.console.importing import ImportShown
from central.county.console.keys import PROVISIONING
from central.county.departments.changing import Changed
from central.county.desks.models import OPEN, RELEASED, DeskRequestRow
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.followups.circular_calls import SendCircular
from central.county.numbers.calls import IssueBlocks, Issued
from central.county.offices.models import OfficeKeyRow
from central.county.supervision import queries
from central.relay.store.models import HealthRow
from protocol.casework.table import ACTIONS
from protocol.envelope.payloads import Outcome
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.limits import MAX_CLERK_NAME_CHARS, MAX_NAME_CHARS, MAX_PROGRAM_CHARS
from protocol.numbers.number import NumberKind
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Confirmation,
    Delivered,
    Letter,
    LetterKind,
    NewContact,
    Objection,
    PosterState,
    Posting,
    Rating,
    Subject,
    Supplement,
    Telling,
    Visit,
    Way,
    Withdrawal,
)
from protocol.records.taken_in import Agent, AgentKind, Mode, Scope, TakenIn
from protocol.trust.edition import Edition
from protocol.trust.reports.health import Health, sign_health
from protocol.trust.roster import Role
from provisioning.bulk.calls import AddedNode, CheckTable
from provisioning.lifecycle import changes
from runtime.actor import Actor
from runtime.control.owner import Report
from tests.builders.catalogue.full_item import CODE
from tests.central.accounts.office import staff_at
from tests.central.county.village import Village
from tests.central.pages.evil import EVIL, EVIL_NAME, evil_catalogue
from tests.central.pages.evil_staffing import EVIL_CODE, evil_staffing, evil_table
from tests.central.pages.plain import plain_samples
from tests.provisioning.scene import Machine
from tests.shots.bulk import start_bulk
from tests.shots.county import LONGZHOU, ShownCounty
from tests.shots.tables import start_tables

PEOPLE = {role: f"one-{role.value}" for role in StaffRole}
NO_NODE = "0" * 16


EVIL_SUBJECTS: Sequence[Subject] = (
    Supplement(words=EVIL),
    Withdrawal(by=EVIL[:40], words=EVIL),
    NewContact(phone=EVIL[:40], name=EVIL[:40]),
    Letter(kind=LetterKind.MAILBOX, words=EVIL, by=EVIL[:40], phone=EVIL[:40]),
    Letter(kind=LetterKind.COMPLAINT, words=EVIL, by=EVIL[:40], phone=EVIL[:40]),
    Telling(
        what=Delivered.TOLD,
        way=Way.REFUSED,
        person=EVIL[:40],
        document=EVIL[:40],
        witnesses=(EVIL[:40], EVIL[:39]),
    ),
    Rating(level=1, words=EVIL),
    Posting(what=PosterState.PLACED, place=EVIL[:40]),
    Objection(words=EVIL, by=EVIL[:40], phone=EVIL[:40]),
    Visit(visitors=(EVIL[:40], EVIL[:39]), words=EVIL),
)


async def _draft(shown: ShownCounty) -> None:
    """A draft whose author, content and refusal are the enemy's."""
    document = json.loads(evil_catalogue())
    for item in document["items"]:
        item["contact"] = f"{EVIL} 1"

    async def make(_: Edition | None) -> Any:
        return await shown.county.catalogue.read(json.dumps(document).encode())

    await shown.county.drafts.propose(Intent(make=make, author=EVIL))
    await shown.county.drafts.refuse(1, "nobody", EVIL)


async def _propose(shown: ShownCounty, hub: str) -> None:
    """What waits for a second person, and what the record says of it."""
    record, ask = staff_at(shown.site).record, staff_at(shown.site).proposals.propose
    evil_one = Actor.on_page(EVIL, frozenset())
    await record.note(evil_one, EVIL, EVIL, subject=EVIL, detail={EVIL: EVIL})
    await ask(
        EVIL_NAME, "provision.replace", {"node": hub, "reason": EVIL, "upto": None}, subject=hub
    )
    await ask(EVIL_NAME, "county.staff-add", {"name": EVIL, "role": "audit"}, subject=EVIL)
    await ask(EVIL_NAME, f"county.{EVIL}", {"name": EVIL}, subject=EVIL)


async def poison(shown: ShownCounty) -> dict[str, list[str]]:
    """Let hostile text stand wherever somebody can write; samples for the addresses."""
    authority, hub = shown.nodes.scene.authority, shown.nodes.hub.node
    below = [node for node, entry in authority.roster().nodes.items() if entry.parent == hub]
    evil = list(dict.fromkeys([hub, *(one.node for one in shown.stations[:12]), *below]))
    for node in evil:
        authority.change(node, lambda roster, node=node: changes.renamed(roster, node, EVIL))  # type: ignore[misc]
    everybody = list(authority.roster().nodes)
    for node in everybody:
        authority.set_contact(node, EVIL)
    await shown.relay.publish(authority.roster().edition)
    await shown.relay.store.transact(lambda session: _say(session, shown))
    await shown.relay.store.transact(lambda session: _forget(session, shown))
    await _apply(shown)
    handled = await _send(shown)
    await shown.county.departments.change(lambda _: Changed(staffing=evil_staffing()), EVIL)
    await shown.county.catalogue.publish(evil_catalogue(), anyway=True)
    numbers = shown.county.numbers
    block = next(one for one in (await numbers.status()).blocks if one.name == EVIL)
    await numbers.void(block.block, EVIL)
    await _draft(shown)
    owner = PEOPLE[StaffRole.SYSTEM]
    for operation, args in (
        ("provision.suspend", {"node": evil[5], "reason": EVIL}),
        ("provision.rename", {"node": EVIL, "name": EVIL}),
        ("county.staff-add", {"name": EVIL, "role": "audit"}),
    ):
        await shown.act(EVIL, operation, **args)
    await _propose(shown, hub)
    sent = [evil_catalogue(**{key: f"{EVIL} 2"}).decode() for key in ("level", "contact")]
    order, run = await start_bulk(shown.site, PEOPLE[StaffRole.HANDLER], EVIL, EVIL)
    return {
        **handled,
        "order": [order],
        "/worklist/bulk/run/{number:[0-9a-f]{24}}:number": [run],
        "node": [evil[0], evil[1]],
        "card": [str(await shown.relay.store.transact(_card))],
        "kind": ["replied"],
        "code": [CODE],
        "/departments/of/{code:[A-Za-z0-9-]{1,20}}:code": [EVIL_CODE],
        "/departments/table/check/{number:[0-9a-f]{32}}:number": [
            shown.site.uploads.put(PEOPLE[StaffRole.SECURITY], "departments", evil_table())
        ],
        "charge": ["new", "1"],
        "material": ["id-card"],
        "division": ["451423103"],
        "draft": ["1"],
        "release": ["2"],
        "/catalogue/tables/{number:[0-9a-f]{24}}:number": await start_tables(
            shown, PEOPLE[StaffRole.AUTHOR], sent
        ),
        "/numbers/{node:[0-9a-f]{16}}:node": [block.station],
        "/numbers/issue/{number:[0-9a-f]{24}}:number": [await _issuing(shown)],
        **{f"{path}:number": numbers for path, numbers in (await _kept(shown, owner)).items()},
        **await plain_samples(shown),
    }


async def _card(session: AsyncSession) -> int | None:
    """A card of a case whose every text is hostile, and what was said to it."""
    case = {"station": NO_NODE, "application": bytes(16)}
    words = {"number": EVIL[:40], "item": EVIL[:100], "department": EVIL[:100], "post": EVIL[:100]}
    rung = {"rule": EVIL[:40], "rung": "red", "subject": "", "since": "", "item_type": ""}
    when = {"given_ms": 1, "month": "2026-12", "state": "open", "appeal": "appealed"}
    number = await queries.give(session, case | words | rung | when | {"words": EVIL})
    said = {"kind": "appealed", "by_name": EVIL[:100], "at_ms": 1, "words": EVIL}
    await queries.say(session, {"card": number, "n": 1, **said})
    await queries.mark(session, [(NO_NODE, bytes(16))])
    light = {"n": 1, "next_ms": 2**50, "light": "red", "what": EVIL[:40], "due": EVIL[:40]}
    await queries.set_light(session, (NO_NODE, bytes(16)), words | light)
    return number


async def _issuing(shown: ShownCounty) -> str:
    """An issue of blocks to stations of hostile names, some of which get none."""
    site, desk = shown.site, shown.county.numbers
    nodes = [one.node for one in desk.offices() if one.name == EVIL]

    async def body(_: Report) -> Issued:
        wanted = IssueBlocks(nodes=[*nodes, EVIL], kind=NumberKind.CASE, year=2026, count=1)
        return await desk.issue(wanted)

    task = site.tasks.start(PEOPLE[StaffRole.SECURITY], "numbers", body, subject="case")
    await site.tasks.close()
    return task.number


async def _kept(shown: ShownCounty, owner: str) -> dict[str, list[str]]:
    """Hostile things that wait for ``owner``, by the path that shows them."""
    site = shown.site
    card = File(name="a.html", kind="text/html", data=b"<p>card</p>")
    once = [
        await staff_at(site).onetime.put(
            owner, kind, kind.value, Shown(title=EVIL, secrets=(EVIL,) * (at + 1), files=(card,))
        )
        for at, kind in enumerate(Kind)
    ]
    rows = f"451423777,{_cell(EVIL)},hub,451423,{_cell(EVIL)},{_cell(EVIL)}\n"
    head = f"code,name,role,parent,contact,{_cell(EVIL)}\n"
    tables = [head + rows, head + rows + f"12,{_cell(EVIL)},{_cell(EVIL)},,,\n"]
    uploads = [site.uploads.put(owner, EVIL, table.encode()) for table in tables]
    works = []
    for table in tables:
        bulk = site.content.shared[PROVISIONING].bulk
        found = await bulk.check(Actor.at_command_line(""), CheckTable(table=table.encode()))
        node = AddedNode(node=NO_NODE, name=EVIL, role=Role.HUB, code=EVIL, kit="", card="")
        faults, causes = found.faults, found.causes
        result = ImportShown(
            nodes=[] if faults else [node], faults=faults, causes=causes, once=once[0]
        )

        async def work(_: object, result: ImportShown = result) -> ImportShown:
            return result

        works.append(site.tasks.start(owner, "import", work).number)
    await site.tasks.close()
    return {
        "/once/{number:[0-9a-f]{32}}": once,
        "/once/{number:[0-9a-f]{32}}/{file}": once[:1],
        "/once/{number:[0-9a-f]{32}}/done": once[-1:],
        "/nodes/import/check/{number:[0-9a-f]{32}}": uploads,
        "/nodes/import/{number:[0-9a-f]{24}}": works,
        "/nodes/import/{number:[0-9a-f]{24}}/bar": works,
    }


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


async def _say(session: AsyncSession, shown: ShownCounty) -> None:
    """A station's own word of itself is hostile, too."""
    node = shown.stations[1].node
    signer = shown.nodes.scene.secrets.node_keys().signer
    health = Health(
        node=bytes.fromhex(node),
        number=2,
        program=EVIL[:MAX_PROGRAM_CHARS],
        roster=1,
        release=0,
        waiting=1,
        waiting_bytes=1,
        oldest_s=1,
        free_mib=1,
        clock_error_ms=None,
    )
    await session.execute(
        update(HealthRow).where(HealthRow.node == node).values(word=sign_health(signer, health))
    )


async def _forget(session: AsyncSession, shown: ShownCounty) -> None:
    """Somebody of a hostile name has forgotten her password, or asks for an office's key."""
    now_ms = shown.relay.clock.now_ms()
    everything = {"asked_by": EVIL[:MAX_NAME_CHARS], "judged_by": EVIL}
    await session.execute(update(OfficeKeyRow).values(**everything))
    for state, station in zip((OPEN, RELEASED), shown.stations[1:3], strict=True):
        session.add(
            DeskRequestRow(
                station=station.node,
                desk=bytes(32),
                vault=bytes(32),
                slot=b"",
                clerk=EVIL[:MAX_CLERK_NAME_CHARS],
                signing=bytes(32),
                suite=2,
                arrived_ms=now_ms,
                state=state,
                released_ms=now_ms if state == RELEASED else None,
                released_by=EVIL if state == RELEASED else None,
            )
        )


def _village(shown: ShownCounty, machine: Machine) -> Village:
    scene = shown.nodes.scene
    return Village(
        node=machine.node,
        secrets=machine.secrets,
        county=shown.relay.node,
        county_keys=scene.keys,
        randomness=scene.randomness,
    )


async def _send(shown: ShownCounty) -> dict[str, list[str]]:
    """A case and a letter in which everything that somebody may write is hostile, both answered."""
    village = _village(shown, shown.stations[3])
    sample = json.loads((LONGZHOU / "applications" / "01.json").read_text("utf-8"))
    scans = [
        village.scan(b"<script>%d</script>" % n, material=material, name=f"{n}<xss onx=1>.png")
        for n, material in enumerate(("id-card", *(EVIL[:40],) * 4))
    ]
    taken = TakenIn(
        clerk=EVIL[:40],
        checker=EVIL[:39],
        mode=Mode.ASSIST,
        elsewhere=EVIL[:40],
        insisted=EVIL[:40],
        agent=Agent(
            name=EVIL[:40],
            kind=AgentKind.OTHER,
            scope=(Scope.APPLY,),
            **dict.fromkeys(("identity", "relation", "paper"), EVIL[:40]),
        ),
    )
    form = sample["form"] | {"applicant_name": EVIL[:30]}
    wire = village.submit(scans[0], item=sample["item"], form=form, taken=taken)
    own = [bytes([n]) * 16 for n in range(len(EVIL_SUBJECTS))]
    wires = [
        village.follow_up(one, *scans[n + 1 : n + 2], follow_up=own[n])
        for n, one in enumerate(EVIL_SUBJECTS)
    ]
    exchange_store = shown.relay.exchanges.store_for(shown.nodes.hub.node)
    items: list[Item] = [EnvelopeItem(wire=one) for one in (wire, *wires)]
    items += [part for scan in scans for part in scan.parts]
    await exchange_store.store(shown.nodes.scene.randomness.token(8), len(items), items)
    case = await shown.county.case_room.reading.number(village.applications[-1].hex())
    faults = [FieldFault(field=EVIL, words=EVIL), FieldFault(material=EVIL[:40], words=EVIL)]
    await shown.county.flows.decide(case, outcome=Outcome.CORRECTION, note=EVIL, faults=faults)
    note = IssueDocument(case=case, name=EVIL[:40], note=EVIL)
    await shown.county.casework.documents.issue(note)
    letters = [own[n].hex() for n, one in enumerate(EVIL_SUBJECTS) if isinstance(one, Letter)]
    await shown.county.followed.letters.answer(letters[0], EVIL)
    wanted = Wanted(action="take", note=EVIL)
    await shown.county.flows.act(case, wanted, By(name=EVIL[:100]))
    said = SendCircular(circular="cc" * 16, title=EVIL[:100], words=EVIL)
    await shown.county.followed.circulars.send(said, EVIL[:40])
    read = Confirmation(circular=b"\xcc" * 16, waiting=(EVIL[:40],))
    wire = village.follow_up(read, application=b"", follow_up=b"c" * 16)
    await exchange_store.store(shown.nodes.scene.randomness.token(8), 1, [EnvelopeItem(wire=wire)])
    return {
        "circular": [said.circular],
        "case": [case],
        "action": [*ACTIONS],
        "letter": letters,
        "of": ["application", own[0].hex(), letters[0]],
    }


async def _apply(shown: ShownCounty) -> None:
    """An application whose every text is hostile waits for a person."""
    scene, village = shown.nodes.scene, _village(shown, shown.stations[0])
    sample = json.loads((LONGZHOU / "applications" / "01.json").read_text("utf-8"))
    form = {EVIL: EVIL} | dict.fromkeys(sample["form"], EVIL)
    scan = village.scan(b"<script>x()</script>", material="id-card", name="<xss onx=1>.html")
    wire = village.submit(scan, item=sample["item"], form=form)
    exchange_store = shown.relay.exchanges.store_for(shown.nodes.hub.node)
    items: list[Item] = [EnvelopeItem(wire=wire), *scan.parts]
    await exchange_store.store(scene.randomness.token(8), len(items), items)
