"""README's walk by hand, its own lines run as they are printed, to a decision in the village."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from examples.sandbox import Program, free_port
from tests.system.looking import look
from tests.system.waiting import until

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]
PORTS = ("8440", "8441")


class Reader:
    """Types one line of the README after the other, as a newcomer would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, str] = {}  # what placeholders stand for
        self.ports = {port: str(free_port()) for port in PORTS}
        self.running: list[asyncio.subprocess.Process] = []

    async def type(self, line: str) -> str:
        """Run it; a line that ends with & stays running once it says ready."""
        words = line.split("#", maxsplit=1)[0].strip()
        for port, free in self.ports.items():
            words = words.replace(port, free)
        for name, value in self.known.items():
            words = re.sub(rf"\b{name}\b", value, words)
        words = words.replace("/tmp/", f"{self.folder}/").replace(  # noqa: S108 - as printed
            "yizhan-", f"{ROOT}/.venv/bin/yizhan-"
        )
        stays = words.endswith("&")
        process = await asyncio.create_subprocess_shell(
            f"exec {words.removesuffix('&')}",
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE if not stays else asyncio.subprocess.DEVNULL,
        )
        if stays:
            self.running.append(process)
            assert process.stdout is not None
            first = await asyncio.wait_for(process.stdout.readline(), 60)
            assert first.startswith(b"ready"), line
            return first.decode()
        out, err = await process.communicate()
        assert process.returncode == 0, f"{line}\n{err.decode()}"
        return out.decode()

    def learn(self, answer: str) -> None:
        """Remember a node and a code that a command printed."""
        for name, value in json.loads(answer).items():
            if name in {"node", "code", "application"}:
                self.known[name.upper()] = value


@pytest_asyncio.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    reader = Reader(tmp_path)
    yield reader
    for process in reversed(reader.running):
        process.terminate()
        await asyncio.wait_for(process.wait(), 60)


def walk() -> list[str]:
    """The commands of README's walk, without the two that prepare the shell."""
    block = (ROOT / "README.md").read_text("utf-8").split("make setup\n", 1)[1].split("```")[0]
    return [line for line in block.splitlines() if line.startswith("yizhan-")]


async def test_the_walk_of_the_readme_ends_with_the_decision_in_the_village(reader: Reader) -> None:
    quiet = 'pages = "127.0.0.1:0"\n'  # other tests may have the usual ports of the pages
    for line in walk():
        if line.startswith("yizhan-station submit"):
            await until(lambda: has_release(reader))
        if line.startswith("yizhan-county decide"):
            await until(lambda: has_case(reader))
        if line.startswith("yizhan-station result"):
            await until(lambda: is_decided(reader))
        answer = await reader.type(line)
        if answer.startswith("{"):
            reader.learn(answer)
        if " init " in line or " join " in line:
            for program in ("county", "hub"):
                if (reader.folder / program).is_dir():
                    (reader.folder / program / f"{program}.toml").write_text(quiet, "utf-8")
    paper = (ROOT / "examples/longzhou/decision.pdf").read_bytes()
    given = [path for path in (reader.folder / "answer").rglob("*") if path.is_file()]
    assert paper in [path.read_bytes() for path in given]


async def status(reader: Reader) -> Any:
    """Looked at between the lines, without a command of its own."""
    return await look(
        Program(name="", command="yizhan-station", data=reader.folder / "village"), "status"
    )


async def has_release(reader: Reader) -> bool:
    return bool((await status(reader))["release"])


async def has_case(reader: Reader) -> bool:
    cases = await look(
        Program(name="", command="yizhan-county", data=reader.folder / "county"), "cases"
    )
    if not cases:
        return False
    form = json.loads((ROOT / "examples/longzhou/form.json").read_text("utf-8"))
    assert cases[0]["form"] == form
    reader.known["CASE"] = cases[0]["case"]
    return True


async def is_decided(reader: Reader) -> bool:
    return bool((await status(reader))["counts"].get("decided"))
