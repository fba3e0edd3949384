"""A node's identity is there as a whole or not at all, and only its own user may read it."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import DamagedError, NotJoinedError
from protocol.trust.certificate import certificate_node
from protocol.trust.kit import Contact
from protocol.trust.roster import Role
from runtime.line.tls import client_context
from runtime.node.identity import (
    FirstRoster,
    Identity,
    has_identity,
    load_identity,
    pending_secrets,
    save_identity,
)
from tests.builders.certificates import SmallCa
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import COUNTY, HUB, STATION
from tests.builders.rosters import SmallAuthority, make_nodes

CA = SmallCa()


def facts(**changed: Any) -> dict[str, object]:
    usual: dict[str, object] = {
        "node": STATION,
        "role": "station",
        "code": "451423103201",
        "name": "扶伦村",
        "county_name": "龙州县",
        "root": SmallAuthority().root.public_bytes().hex(),
        "ca": CA.der.hex(),
        "county": {"node": COUNTY, "url": "https://127.0.0.1:1"},
        "parent": {"node": HUB, "url": "https://127.0.0.1:2"},
    }
    return usual | changed


def save(data: Path, **changed: Any) -> Identity:
    secrets = pending_secrets(data, SeededRandomness(1))
    authority = SmallAuthority()
    roster = FirstRoster(proof=authority.sign(1, make_nodes()), changes=authority.changes(0, 1))
    save_identity(data, facts(**changed), CA.certificate(STATION, secrets.tls), roster)
    return load_identity(data)


def test_an_identity_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    assert not has_identity(tmp_path)
    identity = save(tmp_path)
    assert has_identity(tmp_path)
    assert (identity.node, identity.role, identity.name) == (STATION, Role.STATION, "扶伦村")
    assert identity.parent == Contact(node=HUB, url="https://127.0.0.1:2")
    assert identity.county == Contact(node=COUNTY, url="https://127.0.0.1:1")
    assert identity.roster().version == 1
    secrets = SeededRandomness(1)
    assert identity.keys.signer.public_bytes() != secrets.token(32)


def test_the_certificate_and_its_key_are_as_tls_reads_them(tmp_path: Path) -> None:
    identity = save(tmp_path)
    client_context((identity.ca,), identity.certificate_path, identity.key_path)
    assert certificate_node(CA.certificate(STATION, bytes(32))) == STATION


def test_the_county_itself_has_no_parent(tmp_path: Path) -> None:
    assert save(tmp_path, parent=None, role="county").parent is None


def test_an_interrupted_joining_finds_its_keys_again(tmp_path: Path) -> None:
    first = pending_secrets(tmp_path, SeededRandomness(1))
    assert pending_secrets(tmp_path, SeededRandomness(2)) == first
    assert not has_identity(tmp_path)
    with pytest.raises(NotJoinedError):
        load_identity(tmp_path)


def test_the_keys_of_the_joining_are_those_of_the_identity(tmp_path: Path) -> None:
    public = pending_secrets(tmp_path, SeededRandomness(1)).node_keys().public()
    assert save(tmp_path).keys.public() == public


def test_nobody_else_may_read_any_of_it(tmp_path: Path) -> None:
    folder = save(tmp_path / "data").folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_of_the_making_is_left(tmp_path: Path) -> None:
    save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"node"}


def test_no_secret_shows_in_what_is_logged(tmp_path: Path) -> None:
    identity = save(tmp_path)
    assert "keys" not in repr(identity)
    assert "roster" not in repr(identity)


@pytest.mark.parametrize("name", ["node.json", "keys.bin", "roster.bin"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff" * 20, b"{}"])
def test_an_identity_that_is_not_whole_is_damaged(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = save(tmp_path).folder / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(DamagedError):
        load_identity(tmp_path)


@pytest.mark.parametrize(
    "change", [{"role": "king"}, {"root": "xyz"}, {"county": {}}, {"ca": None}]
)
def test_so_is_one_whose_facts_make_no_sense(tmp_path: Path, change: dict[str, Any]) -> None:
    path = save(tmp_path).folder / "node.json"
    path.write_text(json.dumps(facts() | change), "utf-8")
    with pytest.raises(DamagedError):
        load_identity(tmp_path)
