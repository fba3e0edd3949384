"""Nodes as pages and commands ask for them: rights, two persons and the record, in the services."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from protocol.errors import LoginForbiddenError, NodeUnknownError, ProposalOwnError
from protocol.trust.budget import Budget, LaneBudget
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role, State
from provisioning.audit.record import AuditRecord
from provisioning.bulk.calls import CheckTable, ImportBundle, ReissueBundle
from provisioning.enrolment.calls import Add, Judge, OfNode
from provisioning.enrolment.tables import Verdict
from provisioning.escrow.calls import ExportKey, RecoverKeys
from provisioning.lifecycle.calls import (
    RESUME,
    RETIRE,
    STOP,
    SUSPEND,
    Contact,
    Drain,
    Move,
    Readdress,
    Rename,
    Replace,
    StateChange,
)
from provisioning.operations import Provisioning
from provisioning.rights import Right
from provisioning.roster.calls import SetBudget, SetPaths
from runtime.actor import Actor
from runtime.control.calls import Nothing
from runtime.record import BEGUN, DONE
from tests.provisioning.scene import HUB_URL, Scene

ROOT = Actor.at_command_line("root")
RUNS = Actor.on_page("wang", frozenset({Right.LOOK, Right.RUN}))
RIGHTS_OF_PAGES = frozenset(Right) - {Right.KEYS, Right.CASES, Right.PUBLISH}
GRANTS = Actor.on_page("li", frozenset({Right.LOOK, Right.GRANT}))


class Place:
    """The services over the authority of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.versions = scene, list[int]()
        self.services = Provisioning.of(
            scene.authority, self.changed, AuditRecord(scene.authority.audit)
        )

    async def changed(self) -> None:
        self.versions.append(self.scene.authority.roster().version)

    def noted(self) -> list[tuple[str, str, str, str]]:
        entries = reversed(self.scene.authority.audit.newest(0, 100))
        return [(one.actor, one.action, one.subject, one.outcome) for one in entries]


@pytest.fixture
def place(scene: Scene) -> Place:
    return Place(scene)


Act = Callable[[Provisioning, Actor, str], Awaitable[object]]
RUN_ACTS: dict[str, Act] = {
    "rename": lambda it, who, node: it.lifecycle.rename(who, Rename(node=node, name="新名")),
    "move": lambda it, who, node: it.lifecycle.move(who, Move(node=node, code="451423109")),
    "contact": lambda it, who, node: it.lifecycle.set_contact(
        who, Contact(node=node, contact="农")
    ),
    "address": lambda it, who, node: it.lifecycle.readdress(
        who, Readdress(node=node, url="https://127.0.0.9:8441")
    ),
    "invite-again": lambda it, who, node: it.enrolment.invite_again(who, OfNode(node=node)),
}
GRANT_ACTS: dict[str, Act] = {
    call.name.removeprefix("provision."): (
        lambda it, who, node, call=call: it.lifecycle.into_state(call)(
            who, StateChange(node=node, reason="送修"), lambda _: None
        )
    )
    for call in (SUSPEND, RESUME, STOP, RETIRE)
} | {
    "drain": lambda it, who, node: it.lifecycle.drain(who, Drain(node=node)),
    "dismiss": lambda it, who, node: it.enrolment.dismiss(who, OfNode(node=node)),
    "judge": lambda it, who, node: it.enrolment.judge(
        who, Judge(node=node, verdict=Verdict.APPROVED)
    ),
}


@pytest.mark.parametrize("name", RUN_ACTS | GRANT_ACTS)
async def test_without_the_right_nothing_is_done_and_the_try_is_recorded(
    place: Place, name: str
) -> None:
    node, before = place.scene.add_hub().node, place.scene.authority.roster()
    act, who = (RUN_ACTS[name], GRANTS) if name in RUN_ACTS else (GRANT_ACTS[name], RUNS)
    with pytest.raises(LoginForbiddenError):
        await act(place.services, who, node)
    assert place.scene.authority.roster() is before
    assert place.versions == []
    action = (str(who), f"provision.{name}", node)
    assert place.noted()[-2:] == [(*action, BEGUN), (*action, "login.forbidden")]


@pytest.mark.parametrize("name", RUN_ACTS)
async def test_with_it_the_roster_changes_once_and_the_record_says_by_whom(
    place: Place, name: str
) -> None:
    node, version = place.scene.add_hub().node, place.scene.authority.roster().version
    await RUN_ACTS[name](place.services, RUNS, node)
    is_on_roster = name not in ("contact", "invite-again")
    assert place.versions == ([version + 1] if is_on_roster else [])
    action = ("wang (web)", f"provision.{name}", node)
    assert place.noted()[-2:] == [(*action, BEGUN), (*action, DONE)]


async def test_a_new_node_has_its_kit_as_bytes_and_its_contact_in_no_record(place: Place) -> None:
    wanted = Add(role=Role.HUB, code="451423103", name="水口镇", url=HUB_URL, contact="黄主任 123")
    made = await place.services.enrolment.add(RUNS, wanted)
    kit = read_kit(made.kit)
    assert (kit.node, kit.role, made.name) == (made.node, Role.HUB, "水口镇")
    assert made.code in made.card.decode()
    texts = list(place.scene.authority.audit.entries())
    assert all("黄主任" not in text and made.code not in text for text in texts)
    with pytest.raises(LoginForbiddenError):
        await place.services.enrolment.add(GRANTS, wanted)


async def test_one_person_alone_on_a_page_gives_no_other_pc_a_nodes_name(place: Place) -> None:
    hub = place.scene.add_hub()
    place.scene.join(hub)
    wanted = Replace(node=hub.node, reason="被盗", upto=7)
    with pytest.raises(ProposalOwnError):
        await place.services.lifecycle.replace(RUNS, wanted)
    assert place.versions == []
    rights = frozenset({Right.RUN})
    both = Actor.on_page("li", rights, together="wang")
    made = await place.services.lifecycle.replace(both, wanted)
    assert read_kit(made.kit).node == hub.node
    assert place.noted()[-1] == ("wang + li (web)", "provision.replace", hub.node, DONE)


async def test_whoever_looks_sees_who_waits_and_leaves_no_entry(place: Place) -> None:
    before = place.noted()
    assert await place.services.enrolment.waiting(RUNS, Nothing()) == []
    assert await place.services.enrolment.suspected(GRANTS, Nothing()) == []
    assert place.noted() == before
    with pytest.raises(LoginForbiddenError):
        await place.services.enrolment.waiting(Actor.on_page("x", frozenset()), Nothing())


async def test_a_command_may_all_of_it(place: Place) -> None:
    hub = place.scene.add_hub()
    place.scene.join(hub)
    done = await place.services.lifecycle.into_state(SUSPEND)(
        ROOT, StateChange(node=hub.node), lambda _: None
    )
    assert (done.node, done.state) == (hub.node, State.SUSPENDED)
    with pytest.raises(NodeUnknownError):
        await place.services.lifecycle.rename(ROOT, Rename(node="0" * 16, name="x"))


async def test_a_table_is_checked_and_added_by_who_may_run(place: Place) -> None:
    table = "code,name,role,parent\n451423105,某镇,hub,\n451423105201,某村,station,451423105\n"
    bulk, wanted = place.services.bulk, ImportBundle(table=table.encode(), name="web")
    for act in (
        bulk.check(GRANTS, CheckTable(table=table.encode())),
        bulk.import_bundle(GRANTS, wanted),
        bulk.reissue_bundle(GRANTS, ReissueBundle()),
    ):
        with pytest.raises(LoginForbiddenError):
            await act
    assert place.versions == []
    checked = await bulk.check(RUNS, CheckTable(table=table.encode()))
    assert [(line.name, line.role) for line in checked.lines] == [
        ("某镇", Role.HUB),
        ("某村", Role.STATION),
    ]
    added = await bulk.import_bundle(RUNS, wanted)
    with zipfile.ZipFile(io.BytesIO(added.kits)) as archive:
        assert len(archive.namelist()) == len(added.nodes) == 2
    assert b"<html" in added.cards
    again = await bulk.reissue_bundle(RUNS, ReissueBundle())
    assert {one.node for one in again.nodes} == {one.node for one in added.nodes}
    outcomes = [one for one in place.noted() if one[3] != BEGUN]
    assert outcomes[-4:] == [
        ("li (web)", "provision.import-bundle", "web", "login.forbidden"),
        ("li (web)", "provision.reissue-bundle", "web", "login.forbidden"),
        ("wang (web)", "provision.import-bundle", "web", DONE),
        ("wang (web)", "provision.reissue-bundle", "web", DONE),
    ]


async def test_no_role_of_a_page_touches_the_countys_keys(place: Place, tmp_path: Path) -> None:
    page = Actor.on_page("wang", RIGHTS_OF_PAGES, together="li")
    (place.scene.data / "node").mkdir()
    (place.scene.data / "node" / "keys.bin").write_bytes(b"the keys of the county")
    wanted = ExportKey(to=tmp_path / "safe", threshold=2, shares=3)
    with pytest.raises(LoginForbiddenError):
        await place.services.escrow.export_keys(page, wanted)
    assert not wanted.to.exists()
    sealed, *papers = await place.services.escrow.export_keys(ROOT, wanted)
    assert (len(papers), place.noted()[-1]) == (
        3,
        ("root", "provision.keys-export", str(wanted.to), DONE),
    )
    with pytest.raises(LoginForbiddenError):
        await place.services.escrow.recover(page, RecoverKeys(sealed=sealed, papers=papers[:2]))
    opened = RecoverKeys(sealed=sealed, papers=papers[:2])
    recovered = await place.services.escrow.recover(ROOT, opened)
    assert recovered.keys == b"the keys of the county"
    assert "county" not in repr(recovered)


async def test_who_only_looks_sees_the_roster_and_changes_no_path_and_no_budget(
    place: Place,
) -> None:
    hub = place.scene.add_hub().node
    looks, roster = Actor.on_page("x", frozenset({Right.LOOK})), place.services.roster
    assert {line.node for line in await roster.show(looks, Nothing())} == {hub, place.scene.county}
    budget = Budget(link=LaneBudget(bytes_per_s=64_000))
    for act in (
        roster.set_budget(looks, SetBudget(node=hub, budget=budget)),
        roster.set_paths(looks, SetPaths(node=hub, others=[])),
    ):
        with pytest.raises(LoginForbiddenError):
            await act
    assert place.versions == []
    done = await roster.set_budget(RUNS, SetBudget(node=hub, budget=budget))
    assert (done.budget, place.versions) == (budget, [done.roster])
    shown = {line.node: line for line in await roster.show(looks, Nothing())}
    assert shown[hub].budget == budget
    with pytest.raises(LoginForbiddenError):
        await roster.fingerprint(Actor.on_page("x", frozenset()), Nothing())
