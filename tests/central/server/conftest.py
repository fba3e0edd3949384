"""A county that was founded and holds a catalogue, as a folder of each test's own."""

import shutil
import socket
from pathlib import Path

import pytest

from central.commands import county as county_commands
from protocol.codec import pack
from protocol.trust.edition import changes
from runtime.cli.program import run_program
from runtime.disk.files import private_folder, write_private
from runtime.node.identity import FirstRoster, save_identity
from tests.central.county.village import CATALOGUE
from tests.provisioning.scene import Scene


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("founded")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    argv = ["init", str(base / "county"), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(county_commands.cli, argv) == 0
    (base / "catalogue.json").write_bytes(CATALOGUE)
    publish = ["publish", str(base / "county"), str(base / "catalogue.json")]
    assert run_program(county_commands.cli, publish) == 0
    return base


@pytest.fixture
def county(founded: Path, tmp_path: Path) -> Path:
    shutil.copytree(founded, tmp_path / "c")
    return tmp_path / "c" / "county"


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub that has joined, and was never served."""
    scene, data = Scene(data=tmp_path / "of"), tmp_path / "hub"
    machine, admission = scene.join(scene.add_hub())
    roster = scene.authority.roster()
    scene.authority.close()
    private_folder(data)
    private_folder(data / "node.new")
    write_private(data / "node.new" / "keys.bin", pack(machine.secrets))
    contact = {"node": scene.county, "url": roster.nodes[scene.county].url}
    facts: dict[str, object] = {
        "node": machine.node,
        "role": "hub",
        "code": "451423103",
        "name": "水口镇",
        "county_name": "龙州县",
        "root": scene.authority.root_public.hex(),
        "ca": scene.authority.ca_der.hex(),
        "county": contact,
        "parent": contact,
    }
    first = FirstRoster(proof=roster.edition.proof, changes=changes({}, roster.edition.entries))
    save_identity(data, facts, admission.certificate, first)
    return data
