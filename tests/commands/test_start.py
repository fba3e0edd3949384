"""Each command is a process of its own on a slow PC: it loads no library that it does not need."""

import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "aiosqlite", "apscheduler", "jinja2", "segno", "sqlalchemy")
FORMATS = ("cronsim", "cryptography", "zstd")
MODULES = (
    "central.commands.county",
    "central.commands.hub",
    "provisioning.cli",
    "station_agent.cli",
)


@pytest.mark.parametrize("module", MODULES)
def test_the_commands_themselves_need_no_large_library(module: str) -> None:
    script = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_a_county_that_has_made_no_document_has_loaded_nothing_for_one() -> None:
    names = ("PIL", "fontTools", "fpdf", "pylopdf_fonts_zh_cn")  # 90 MB
    script = (
        f"import sys, central.county.app;print([name for name in {names} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_a_stations_commands_leave_keys_and_formats_to_the_agent() -> None:
    """They hand text to the agent, and print what it says; msgpack reads a stack."""
    modules = "station_agent.cli, station_agent.intake.batch"
    script = f"import sys, {modules}; print([name for name in {FORMATS} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
