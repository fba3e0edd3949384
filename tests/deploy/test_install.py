"""make install puts versions side by side, and make uninstall leaves the data; units are sound."""

import os
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
ANALYZE = [shutil.which("systemd-analyze") or ""]
ROLES = {"county": "serve", "hub": "serve", "station": "run"}
PROGRAMS = {"yizhan-county", "yizhan-hub", "yizhan-station", "yizhan-provision"}
GUARDS = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "Restart": "always",
    "Type": "notify",
    "User": "yizhan",
    "StateDirectory": "yizhan",
    "LimitNOFILE": "65536",
}


def install(root: Path, what: str = "install", source: Path = ROOT) -> str:
    done = subprocess.run(
        ["/bin/sh", str(source / "deploy" / "install.sh"), what],
        env={**os.environ, "DESTDIR": str(root), "SETUP": "echo"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stderr


def source_of(folder: Path, version: str) -> Path:
    """This project at another version; its folders are links."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if not path.name.startswith(".") and path.name not in ("pyproject.toml", "tests", "bench"):
            (folder / path.name).symlink_to(path)
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    text = re.sub(r'^version = ".*"$', f'version = "{version}"', text, flags=re.MULTILINE)
    (folder / "pyproject.toml").write_text(text)
    (folder / "deploy").unlink()
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    return folder


def test_an_upgrade_leaves_the_older_version_beside_and_uninstalling_leaves_data(
    tmp_path: Path,
) -> None:
    root, versions = tmp_path / "root", tmp_path / "root" / "opt" / "yizhan"
    install(root, source=source_of(tmp_path / "old", "0.1.0"))
    data = root / "var" / "lib" / "yizhan"
    assert data.stat().st_mode & 0o777 == 0o700
    (data / "kept").write_text("what citizens wrote")
    install(root, source=source_of(tmp_path / "new", "0.2.0"))
    assert (versions / "current").readlink() == Path("0.2.0")
    assert {one.name for one in versions.iterdir()} == {"0.1.0", "0.2.0", "current"}
    assert (versions / "0.1.0" / "central" / "commands" / "county.py").exists()
    assert not list(versions.rglob("__pycache__"))
    links = {one.name: one.readlink() for one in (root / "usr/local/bin").iterdir()}
    assert links.keys() == PROGRAMS
    assert links["yizhan-hub"] == Path("/opt/yizhan/current/.venv/bin/yizhan-hub")
    units = root / "etc" / "systemd" / "system"
    assert {one.name for one in units.iterdir()} == {one.name for one in UNITS.iterdir()}

    assert "as they were" in install(root, "uninstall")
    assert (data / "kept").read_text() == "what citizens wrote"
    assert not versions.exists()
    assert not list(units.iterdir())
    assert not list((root / "usr/local/bin").iterdir())


def test_the_version_of_a_checkout_is_the_one_of_the_program() -> None:
    from protocol.version import PROGRAM  # noqa: PLC0415 - beside what it is compared with

    assert f'\nversion = "{PROGRAM}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def unit(path: Path) -> RawConfigParser:
    found = RawConfigParser(strict=True)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_service_is_shut_in_and_starts_its_own_program(role: str) -> None:
    service = dict(unit(UNITS / f"yizhan-{role}.service")["Service"])
    program = f"/opt/yizhan/current/.venv/bin/yizhan-{role}"
    assert service["ExecStart"] == f"{program} {ROLES[role]} /var/lib/yizhan/{role}"
    assert {name: service[name] for name in GUARDS} == GUARDS


@pytest.mark.skipif(not ANALYZE[0], reason="no systemd here")
@pytest.mark.parametrize("path", sorted(UNITS.iterdir()), ids=lambda path: path.name)
def test_systemd_takes_each_unit(path: Path, tmp_path: Path) -> None:
    for one in UNITS.iterdir():  # a timer wants its service beside it
        here = str(Path(sys.executable).parent)
        text = one.read_text("utf-8").replace("/opt/yizhan/current/.venv/bin", here)
        (tmp_path / one.name).write_text(text)
    said = subprocess.run(
        [*ANALYZE, "verify", "--man=no", str(tmp_path / path.name)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.skipif(not ANALYZE[0], reason="no systemd here")
@pytest.mark.parametrize("role", ROLES)
def test_little_is_left_that_a_service_could_do(role: str) -> None:
    argv = [*ANALYZE, "security", "--offline=true", "--threshold=25"]
    subprocess.run([*argv, str(UNITS / f"yizhan-{role}.service")], check=True, capture_output=True)
