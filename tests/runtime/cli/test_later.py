"""Commands that are made when somebody asks for one that is not there yet."""

from collections.abc import Iterator

import click
import pytest

from runtime.cli.later import LaterCommands, for_each


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def group(made: list[str]) -> click.Group:
    def others() -> Iterator[click.Command]:
        for name in ("stop", "status"):
            made.append(name)
            yield click.Command(name)

    whole = click.Group("all", commands=LaterCommands(others))
    whole.add_command(click.Command("run"))
    return whole


def test_a_command_that_is_there_makes_no_other(group: click.Group, made: list[str]) -> None:
    assert group.get_command(click.Context(group), "run") is not None
    assert made == []


@pytest.mark.parametrize("name", ["status", "nonsense"])
def test_another_one_makes_all_of_them_once(group: click.Group, made: list[str], name: str) -> None:
    for _ in range(2):
        assert (group.get_command(click.Context(group), name) is None) == (name == "nonsense")
    assert made == ["stop", "status"]
    assert list(group.commands) == ["run", "stop", "status"]
    assert len(group.commands) == 3
    del group.commands["stop"]
    assert list(group.commands) == ["run", "status"]


def test_what_is_done_with_each_waits_for_those_that_wait(
    group: click.Group, made: list[str]
) -> None:
    seen: list[str | None] = []
    for_each(group, lambda one: seen.append(one.name))
    assert (seen, made) == (["run"], [])
    assert list(group.commands)
    assert seen == ["run", "stop", "status"]
