"""``yizhan-provision policy``: shown in words, named by key, and put on the roster."""

import json
from pathlib import Path

import pytest

from protocol.errors import EXIT_OK, EXIT_USAGE, LoginForbiddenError, UsageError
from protocol.trust.rules import NO_RULES, Rules
from provisioning import cli
from provisioning.audit.record import AuditRecord
from provisioning.policy import FILE
from provisioning.policy.calls import APPLY, ApplyPolicy
from provisioning.policy.service import PolicyService
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.program import run_program
from runtime.control.calls import Nothing
from tests.provisioning.scene import Scene
from tests.provisioning.test_cli import Capture, printed, serving

ADMIN = Actor.at_command_line("admin")
RUNS = Actor.on_page("li", frozenset({Right.LOOK, Right.RUN}))
TEXT = "[algorithms]\nsuites = [1]\n[lifetimes]\nkeys_days = 90\n[quotas]\nitems = 5000\n"


def write(scene: Scene, text: str) -> Path:
    file = scene.data / "authority" / FILE
    file.write_text(text, "utf-8")
    return file


def run(scene: Scene, *arguments: str) -> int:
    return run_program(cli.cli, ["policy", str(scene.data), *arguments])


def test_the_rules_in_force_are_shown_in_words(scene: Scene, capsys: Capture) -> None:
    scene.authority.close()
    assert run(scene) == EXIT_OK
    said = capsys.readouterr().out
    assert "规定文件：没有" in said
    assert "名册第 1 版与文件一致" in said
    write(scene, TEXT + "[roles]\nallowed = []\n[station]\nparents = ['hub']")
    assert run(scene) == EXIT_OK
    said = capsys.readouterr().out
    for words in (
        "可以登记的角色：无  [roles] allowed",
        "村站可以归谁管：乡镇枢纽  [station] parents",
        "封装算法：1（X-Wing 混合）  [algorithms] suites",
        "名册第 1 版与文件不同，请用 --apply 写入",
        "节点换密钥的周期：名册 365 天，文件 90 天",
        "每站在枢纽的配额（件）：名册 按各枢纽的设置，文件 5,000",
    ):
        assert words in said
    scene.reopen()
    assert scene.authority.roster().rules == NO_RULES, "showing changes nothing"


def test_rules_are_put_on_the_roster_once_and_taken_off_again(
    scene: Scene, capsys: Capture
) -> None:
    write(scene, TEXT)
    scene.authority.close()
    assert run(scene, "--apply") == EXIT_OK
    assert "已写入名册第 2 版" in capsys.readouterr().out
    assert run(scene, "--apply", "--json") == EXIT_OK
    again = printed(capsys)
    assert (again["changed"], again["differs"], again["roster"]["version"]) == (False, [], 2)
    scene.reopen()
    assert scene.authority.roster().rules == Rules(suites=(1,), keys_days=90, quota_items=5000)
    write(scene, "")
    scene.authority.close()
    assert run(scene, "--apply") == EXIT_OK
    scene.reopen()
    _, county = scene.authority.roster().county()
    assert county.rules is None


def test_a_running_county_is_told_and_who_did_it_is_recorded(scene: Scene, capsys: Capture) -> None:
    write(scene, TEXT)
    with serving(scene) as versions:
        assert run(scene, "--json") == EXIT_OK
        assert printed(capsys)["differs"] == [
            "algorithms.suites",
            "lifetimes.keys_days",
            "quotas.items",
        ]
        assert versions == []
        assert run(scene, "--apply", "--json") == EXIT_OK
        assert printed(capsys)["changed"]
        assert versions == [2]
    entries = [json.loads(text) for text in scene.authority.audit.entries()]
    assert [(one["action"], one["outcome"]) for one in entries] == [
        (APPLY.name, "begun"),
        (APPLY.name, "done"),
    ]
    assert entries[0]["subject"] == FILE
    assert entries[0]["detail"]["rules"]["lifetimes.keys_days"] == 90


@pytest.mark.parametrize("more", [(), ("--apply",), ("--json",)])
def test_a_wrong_file_is_named_by_key_and_nothing_changes(
    scene: Scene, capsys: Capture, more: tuple[str, ...]
) -> None:
    write(scene, "[quotas]\nitems = 3\nfiles = 1")
    with serving(scene) as versions:
        assert run(scene, *more) == EXIT_USAGE
        said = capsys.readouterr()
        for words in (said.err, said.out) if "--json" in more else (said.err,):
            assert "[quotas] items = 3" in words
            assert "[quotas] files" in words
        assert bool(said.out) == ("--json" in more)
        assert versions == []


async def test_a_file_that_changed_after_it_was_shown_is_not_put_in_force(scene: Scene) -> None:
    async def changed() -> None:
        raise AssertionError("nothing is to be told")

    write(scene, TEXT)
    policy = PolicyService(scene.authority, changed, AuditRecord(scene.authority.audit))
    with pytest.raises(UsageError, match="改动"):
        await policy.apply(ADMIN, ApplyPolicy(file=FILE, rules={"lifetimes.keys_days": 80}))
    assert scene.authority.roster().version == 1


async def test_without_the_right_no_rule_is_put_in_force_and_the_try_is_recorded(
    scene: Scene,
) -> None:
    async def changed() -> None:
        raise AssertionError("nothing is to be told")

    write(scene, TEXT)
    policy = PolicyService(scene.authority, changed, AuditRecord(scene.authority.audit))
    shown = await policy.show(RUNS, Nothing())
    with pytest.raises(LoginForbiddenError):
        await policy.apply(RUNS, ApplyPolicy(file=FILE, rules=shown.rules))
    with pytest.raises(LoginForbiddenError):
        await policy.show(Actor.on_page("li", frozenset()), Nothing())
    assert scene.authority.roster().version == 1
    noted = [json.loads(text)["outcome"] for text in scene.authority.audit.entries()]
    assert noted[-2:] == ["begun", "login.forbidden"]
