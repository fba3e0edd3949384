"""The deeds are all that there is: no write of the product is left without its power cuts."""

import ast
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.builders.mains import Step
from tests.faults.deed import played, steps_of
from tests.faults.deeds.all import DEEDS

ROOT = Path(__file__).parents[2]
PACKAGES = ("central", "protocol", "provisioning", "station_agent")
WRITES = frozenset({"fsync", "fdatasync", "rename", "unlink", "rmtree", "link", "rmdir", "ftruncate"})
WRITES |= {"write_text", "write_bytes", "mkdir"}

# functions that write files of which nothing depends after a power cut
NEEDLESS = {
    "protocol/aio/owner.py:serve": "the control socket; made anew at each start",
    "protocol/aio/owner.py:close": "the same",
    "protocol/aio/owner.py:_write_private": "the same",
    "station_agent/services/status.py:result": "a copy for the clerk, written again on demand",
    "station_agent/services/status.py:_write_files": "the same",
    "central/county/casework/service.py:files": "a copy for the handler",
    "station_agent/cli.py:join": "an empty folder",
    "central/cli_hub.py:join": "an empty folder",
}


async def _all_steps() -> list[Step]:
    steps: list[Step] = []
    for deed in DEEDS:
        with tempfile.TemporaryDirectory() as folder:
            steps += await steps_of(deed, Path(folder) / deed.name.replace(" ", "-"))
    return steps


def _writing_functions() -> Iterator[str]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text("utf-8"))
                for name in _functions_with_writes(tree):
                    yield f"{path.relative_to(ROOT)}:{name}"


def _functions_with_writes(tree: ast.AST) -> set[str]:
    found = set()
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            if any(_writes(call) for call in calls):
                found.add(function.name)
    return found


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "replace":  # of a path, not of a text or a date
        return len(call.args) == 1 and not call.keywords
    return call.func.attr in WRITES


def test_every_function_that_writes_a_file_is_part_of_a_deed() -> None:
    steps = played(_all_steps())
    made = {step.where for step in steps}
    missing = [name for name in _writing_functions() if name not in made and name not in NEEDLESS]
    assert missing == []
    tables = {name.split()[-1].strip('"') for name in (step.name for step in steps)}
    declared = {table for text in _schemas() for table in re.findall(r"CREATE TABLE (\w+)", text)}
    assert declared
    assert declared - tables == set()


def _schemas() -> Iterator[str]:
    for path in (ROOT / "station_agent/store/migrations").glob("*.sql"):
        yield path.read_text("utf-8")
