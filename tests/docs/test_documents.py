"""Documents say what the code does: error codes, commands, settings, links."""

import dataclasses
import re
from pathlib import Path

import pytest

from central.commands import county as county_commands
from central.commands import hub as hub_commands
from central.server.config import ServerConfig
from protocol.errors import every_error
from provisioning import cli as cli_provision
from station_agent import cli as cli_station

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_every_error_code_is_explained_with_the_words_that_a_clerk_reads() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    assert set(rows) == {error.code for error in every_error()}
    assert [error.code for error in every_error() if error.zh not in rows[error.code]] == []


def test_every_command_is_in_the_operators_table() -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    groups = {
        "yizhan-county": county_commands.cli,
        "yizhan-hub": hub_commands.cli,
        "yizhan-station": cli_station.cli,
        "yizhan-provision": cli_provision.cli,
    }
    for program, group in groups.items():
        rows = "\n".join(row for row in text.splitlines() if f"`{program} " in row)
        assert [name for name in group.commands if f"{name} " not in rows] == [], program


def test_every_setting_of_a_server_is_named() -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    names = [field.name for field in dataclasses.fields(ServerConfig)]
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_test_that_is_named_as_a_proof_exists() -> None:
    text, file, named = (DOCS / "testing.md").read_text("utf-8"), Path(), 0
    for path, test in re.findall(r"`([\w/]+\.py)?(?:::(\w+))?`", text):
        if path:
            file = ROOT / path if path.startswith("tests/") else ROOT / "tests" / path
            assert file.exists(), path
        if test:
            found = re.search(rf"^(async )?def {test}\(", file.read_text("utf-8"), re.MULTILINE)
            assert found, test
            named += 1
    assert named > 10
