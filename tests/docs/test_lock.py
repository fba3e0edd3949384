"""What is installed is named with its hashes: nothing that somebody exchanged gets in."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-build.lock")


def pinned(name: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package of a lock."""
    found = {}
    for block in re.split(r"\n(?=[a-z])", (ROOT / name).read_text("utf-8")):
        if named := re.match(r"([a-z0-9-]+)==(\S+)", block):
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})(?: \\)?$", block, re.MULTILINE)
            found[named[1]] = (named[2], hashes)
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_has_a_version_and_hashes(name: str) -> None:
    text, packages = (ROOT / name).read_text("utf-8"), pinned(name)
    assert packages
    assert all(hashes for _, hashes in packages.values())
    assert text.count("--hash=") == sum(len(hashes) for _, hashes in packages.values())
    assert not re.search(r"https?://|--(extra-)?index-url|--trusted-host|--find-links", text)


def test_the_lock_has_what_was_pinned_and_what_the_project_asks_for() -> None:
    lock = pinned("requirements.lock")
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    constraints = {normal(line.split("==")[0]): line.split("==")[1] for line in lines}
    differing = {
        name: (version, lock.get(name, ("none", []))[0])
        for name, version in constraints.items()
        if lock.get(name, ("none", []))[0] != version
    }
    assert differing == {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {normal(re.match(r"[\w.-]+", one)[0]) for one in asked}  # type: ignore[index]
    assert names - lock.keys() <= {"yizhan"}  # its own other extras


def test_what_builds_is_locked_too() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [normal(re.split(r"\W", one)[0]) for one in project["build-system"]["requires"]]
    assert asked == list(pinned("requirements-build.lock"))


def test_setup_installs_by_the_locks_alone() -> None:
    rule = (ROOT / "Makefile").read_text("utf-8").split("$(STAMP):", 1)[1].split("\n\n", 1)[0]
    installs = [line for line in rule.splitlines() if "$(PIP)" in line]
    assert len(installs) == 3
    assert all("--no-deps" in line for line in installs)
    assert all("--require-hashes" in line for line in installs[:2])
    assert all("--no-build-isolation" in line for line in installs[1:])
