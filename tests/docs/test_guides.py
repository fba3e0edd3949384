"""The guides in Chinese name commands and words of pages that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from central.commands import county as county_commands
from central.commands import hub as hub_commands
from central.pages.composition import TABLE
from protocol.catalogue.terms import STATES
from provisioning import cli as cli_provision
from runtime.web.language import KIT, english
from station_agent import cli as cli_station
from station_agent.desk.site import PACKAGE as DESK

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "zh").glob("*.md"))
PROGRAMS: dict[str, click.Group] = {
    "yizhan-county": county_commands.cli,
    "yizhan-hub": hub_commands.cli,
    "yizhan-station": cli_station.cli,
    "yizhan-provision": cli_provision.cli,
}


def commands(text: str) -> Iterator[list[str]]:
    for line in re.findall(r"^(yizhan-[^\n]+)$|`(yizhan-[^`]+)`", text, re.MULTILINE):
        yield (line[0] or line[1]).split()


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command and the rest of its line; KeyError if there is no such one."""
    found: click.Command = PROGRAMS[words[0]]
    rest = words[1:]
    while isinstance(found, click.Group):
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


def test_there_is_a_guide_for_each_person() -> None:
    assert [guide.stem for guide in GUIDES] == ["administrator", "clerk", "operator"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_of_a_guide_exists_with_its_options(guide: Path) -> None:
    count = 0
    for words in commands(guide.read_text("utf-8")):
        command, rest = command_of(words)
        known = {option for param in command.params for option in param.opts}
        assert {word for word in rest if word.startswith("--")} <= known, words
        count += 1
    assert count >= 5


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_word_of_a_page_stands_on_a_page(guide: Path) -> None:
    shown = {*english(KIT), *english(TABLE), *english(DESK), *STATES.values(), "已保存"}
    named = re.findall("【([^】]+)】", guide.read_text("utf-8"))
    assert [word for word in named if word not in shown] == []
    assert named


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_lead_to_the_guides(name: str) -> None:
    text = (GUIDES[0].parents[2] / name).read_text("utf-8")
    assert [guide.name for guide in GUIDES if f"docs/zh/{guide.name}" not in text] == []
