"""The record as people read it: a row for an action, names for ids, and a filter."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from central.accounts.calls import StaffCalls
from central.county.backup.calls import BACKUP
from central.county.casework.calls import CASES, ERASE, FILES
from central.county.catalogue.calls import PUBLISH
from central.county.console import changes
from central.county.console.entries import Found, RecordFilter, find_rows
from central.county.console.words import ACTIONS
from central.county.flows.calls import DECIDE
from central.county.keys.calls import ANNOUNCE, DROP, USE
from central.county.nodes.calls import CONFIRM
from central.county.review.calls import ACCEPT, REJECT, REVIEW
from provisioning.audit.log import AuditLog
from provisioning.bulk.calls import BUNDLE, IMPORT, REISSUE, REISSUE_BUNDLE
from provisioning.enrolment.calls import ADD, AGAIN, DISMISS, JUDGE
from provisioning.escrow.calls import (
    DRILL,
    EXPORT_KEYS,
    EXPORT_RECOVERY,
    EXPORT_ROOT,
    NEW_RECOVERY,
    RECOVER,
    RENEW,
)
from provisioning.lifecycle.calls import DRAIN, REPLACE
from provisioning.policy.calls import APPLY as APPLY_POLICY
from provisioning.roster.calls import BUDGET, PATHS
from runtime.record import BEGUN, DONE
from tests.provisioning.scene import Scene

DAY_MS = 86_400_000


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(data=tmp_path)
    yield made
    made.authority.close()


def act(log: AuditLog, actor: str, action: str, subject: str = "", outcome: str = DONE) -> None:
    """As the wrapper of operations writes it."""
    log.add(actor=actor, action=action, subject=subject, outcome=BEGUN)
    log.add(actor=actor, action=action, subject=subject, outcome=outcome)


def found(
    scene: Scene,
    query: Mapping[str, str] = MappingProxyType({}),
    *,
    upto: int = 0,
    limit: int = 100,
) -> Found:
    authority = scene.authority
    nodes = authority.roster().nodes
    return find_rows(authority.audit, nodes, RecordFilter.of(query), upto=upto, limit=limit)


def test_one_action_is_one_row_with_the_name_of_its_node(scene: Scene) -> None:
    node = scene.add_hub().node
    act(scene.authority.audit, "王芳 (web)", "provision.rename", node)
    (row,) = found(scene).rows
    assert (row.actor, row.by_page, row.subject, row.node) == ("王芳", True, "水口镇", node)
    assert (row.action, row.outcome, row.failed) == ("provision.rename", DONE, False)


def test_actions_that_overlap_are_each_one_row(scene: Scene) -> None:
    log = scene.authority.audit
    log.add(actor="a", action="county.backup", outcome=BEGUN)
    act(log, "b", "county.retry")
    log.add(actor="a", action="county.backup", outcome=DONE)
    assert [(row.actor, row.outcome) for row in found(scene).rows] == [("a", DONE), ("b", DONE)]


def test_an_action_that_a_power_cut_ended_stays_as_begun(scene: Scene) -> None:
    log = scene.authority.audit
    log.add(actor="a", action="county.backup", outcome=BEGUN)
    act(log, "a", "county.backup")
    assert [row.outcome for row in found(scene).rows] == [DONE, BEGUN]


def test_a_refusal_keeps_its_code(scene: Scene) -> None:
    act(scene.authority.audit, "a", "provision.move", "x", "node.state")
    (row,) = found(scene).rows
    assert (row.failed, row.outcome) == (True, "node.state")


def test_pages_follow_on_each_other_without_gap_or_repetition(scene: Scene) -> None:
    for number in range(7):
        act(scene.authority.audit, "a", "provision.rename", f"s{number}")
    seen, upto = [], 0
    while True:
        page = found(scene, upto=upto, limit=3)
        seen += [row.subject for row in page.rows]
        upto = page.older
        if not upto:
            break
    assert seen == [f"s{number}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ({"who": "王"}, ["一"]),
        ({"action": "provision.move"}, ["二"]),
        ({"action": "no.such"}, ["三", "二", "一"]),  # no filter
        ({"text": "三"}, ["三"]),
        ({"ended": "failed"}, ["二"]),
        ({"ended": "done"}, ["三", "一"]),
        ({"since": "2026-09-22"}, ["三", "二"]),
        ({"since": "2026-09-23"}, ["三"]),
        ({"until": "2026-09-21"}, ["一"]),
        ({"until": "2026-09-22"}, ["二", "一"]),
        ({"since": "yesterday"}, ["三", "二", "一"]),
        ({"who": "nobody"}, []),
    ],
)
def test_what_is_asked_for_is_shown(
    scene: Scene, query: dict[str, str], subjects: list[str]
) -> None:
    log = scene.authority.audit  # the scene begins on 2026-09-21 in the evening of Beijing
    act(log, "王芳", "provision.rename", "一")
    scene.clock.jump_wall(ms=DAY_MS)
    act(log, "李", "provision.move", "二", "node.state")
    scene.clock.jump_wall(ms=DAY_MS)
    act(log, "李", "provision.rename", "三")
    assert [row.subject for row in found(scene, query).rows] == subjects


def test_every_action_of_a_county_has_its_words() -> None:
    calls = StaffCalls.of("county")
    staff = {call.name for call in (calls.add, calls.password, calls.change, calls.remove)}
    noted = {call.name for call in (REVIEW, ACCEPT, REJECT, CASES, DECIDE, FILES, PUBLISH, CONFIRM)}
    noted |= {BACKUP.name, ERASE.name}
    noted |= {call.name for call in (EXPORT_ROOT, EXPORT_KEYS, EXPORT_RECOVERY, NEW_RECOVERY)}
    noted |= {call.name for call in (ANNOUNCE, USE, DROP)}
    noted |= {call.name for call in (RENEW, RECOVER, DRILL)}
    nodes = {call.name for call in (ADD, AGAIN, JUDGE, DISMISS, DRAIN, REPLACE)}
    nodes |= {PATHS.name, BUDGET.name}
    nodes |= {call.name for call in (IMPORT, BUNDLE, REISSUE, REISSUE_BUNDLE)}
    nodes |= {action.call.name for action in changes.ACTIONS.values()}
    assert {APPLY_POLICY.name, *staff, *noted, *nodes} - ACTIONS.keys() == set()


def test_a_name_of_a_node_in_the_detail_stands_for_its_id(scene: Scene) -> None:
    hub = scene.add_hub().node
    scene.authority.audit.add(
        actor="a", action="provision.move", detail={"parent": hub, "code": ""}
    )
    (row,) = found(scene).rows
    assert row.detail == {"parent": "水口镇"}
