"""A drill tries what would be needed after a loss, and signs what came of it."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from protocol.codec import pack, unpack
from protocol.envelope.keys import Context, open_signed
from protocol.errors import UsageError
from protocol.trust.audit import DrillMark
from provisioning.escrow.drill import Drill, Plan
from provisioning.escrow.service import KeyEscrow, Terms
from tests.provisioning.scene import Scene, make_secrets

TERMS = Terms(threshold=2, shares=3)


@pytest.fixture
def plan(scene: Scene, tmp_path: Path) -> Plan:
    keys = scene.data / "node" / "keys.bin"
    keys.parent.mkdir()
    keys.write_bytes(pack(scene.secrets))
    safe = KeyEscrow(scene.authority)
    keys_file, *keys_papers = safe.export_keys(tmp_path / "safe", TERMS)
    root_file, *root_papers = safe.export_root(tmp_path / "safe", TERMS)
    return Plan(
        root=root_file, root_papers=root_papers[:2], keys=keys_file, keys_papers=keys_papers[1:]
    )


def run(scene: Scene, plan: Plan, report: Path) -> dict[str, str]:
    facts = Drill(scene.authority).run(plan, report, lambda _: None)
    text, line = report.read_text("utf-8").splitlines()
    assert json.loads(text) == facts
    signed = base64.b64decode(json.loads(line)["signed"])
    public = scene.authority.signer.public_bytes()
    mark = unpack(open_signed(public, Context.DRILL, signed, limit=4096), DrillMark)
    assert mark.digest == hashlib.sha256(text.encode()).digest()
    steps: dict[str, str] = facts["steps"]
    assert facts["passed"] is all(result == "passed" for result in steps.values())
    return steps


def test_shares_that_open_pass(scene: Scene, plan: Plan, tmp_path: Path) -> None:
    assert run(scene, plan, tmp_path / "report") == {
        "root": "passed",
        "keys": "passed",
        "backup": "not tried",
    }


def test_what_does_not_open_fails_with_its_reason(scene: Scene, plan: Plan, tmp_path: Path) -> None:
    crossed = Plan(
        root=plan.keys,
        root_papers=plan.keys_papers,
        keys=plan.keys,
        keys_papers=plan.keys_papers[:1],
        backup=tmp_path / "no-such-backup",
    )
    steps = run(scene, crossed, tmp_path / "report")
    assert all(result.startswith("failed: shares.wrong") for result in steps.values())
    assert "file-unreadable" in steps["backup"]


def test_keys_of_an_older_county_node_do_not_open_todays_envelopes(
    scene: Scene, plan: Plan, tmp_path: Path
) -> None:
    (scene.data / "node" / "keys.bin").write_bytes(pack(make_secrets(scene.randomness)))
    file, *papers = KeyEscrow(scene.authority).export_keys(tmp_path / "other", TERMS)
    steps = run(scene, Plan(keys=file, keys_papers=papers[:2]), tmp_path / "report")
    assert steps["keys"].startswith("failed: peer.unopenable")


def test_a_report_that_can_not_be_written_is_said_before_anything_is_tried(
    scene: Scene, plan: Plan, tmp_path: Path
) -> None:
    tried: list[str] = []
    there = tmp_path / "report"
    there.write_text("of last year", "utf-8")
    for report in (there, tmp_path / "no folder" / "report"):
        with pytest.raises(UsageError):
            Drill(scene.authority).run(plan, report, tried.append)
    assert tried == []
    assert there.read_text("utf-8") == "of last year"
