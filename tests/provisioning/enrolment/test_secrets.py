"""Kits, cards and requests hold no secret in clear, but for the code on its own paper."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.codec import pack
from protocol.errors import JoinOnStickError
from protocol.trust.enrolment import code_key, read_verdict
from provisioning.bulk.bundle import KitBundle
from provisioning.bulk.folder import KitFolder
from provisioning.bulk.service import import_table
from runtime.node.identity import Secrets
from runtime.sticks.joins import JoinFolder, JoinName
from tests.provisioning.bulk.tables import HUB, STATION, table, villages
from tests.provisioning.scene import Scene

LINES = (HUB, STATION, *villages(3))


def spelled(secret: bytes) -> Iterator[bytes]:
    """A key as it may stand somewhere: its bytes, in hex, in base 64 whatever stands before it."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + secret)[4:-4]


def typed(code: str) -> Iterator[bytes]:
    """A code as somebody may write it."""
    for one in (code, code.replace("-", ""), code.replace("-", " ")):
        yield from (one.encode(), one.lower().encode(), one.encode("utf-16-le"))


def seeds(secrets: Secrets) -> list[bytes]:
    return [secrets.signing, secrets.xwing, secrets.x25519, secrets.tls]


def county_secrets(scene: Scene) -> list[bytes]:
    """Every private key of the county: of its authority's files, and of the node itself."""
    files = sorted((scene.data / "authority").glob("*.key"))
    assert {path.name for path in files} == {"root.key", "registrar.key", "ca.key"}
    return [path.read_bytes() for path in files] + seeds(scene.secrets)


def holds(data: bytes, secrets: list[bytes]) -> bool:
    return any(form in data for secret in secrets for form in spelled(secret))


def test_the_search_finds_what_it_looks_for() -> None:
    secret = bytes(range(7, 39))
    for hidden in (secret, secret.hex().encode(), base64.b64encode(b"x" + secret + b"yz")):
        assert holds(b"before" + hidden + b"behind", [secret])


def test_the_files_of_an_import_hold_no_key_and_each_code_stands_on_its_own_paper(
    scene: Scene, tmp_path: Path
) -> None:
    kits, secrets = tmp_path / "kits", county_secrets(scene)
    outcome = import_table(scene.authority, table(*LINES), KitFolder(kits), told=lambda *_: None)
    files = {path: path.read_bytes() for path in kits.rglob("*") if path.is_file()}
    assert len(files) == 2 * len(LINES) + 1
    assert not any(holds(data, secrets) for data in files.values())
    everyone = kits / "cards" / "all.html"
    for one in outcome.nodes:
        (code,) = re.findall(rb'<p class="code">(.+?)</p>', files[one.card])
        key = code_key(code.decode(), one.node)
        for path, data in files.items():
            assert not holds(data, [key])
            found = any(form in data for form in typed(code.decode()))
            assert found == (path in (one.card, everyone))


def test_an_import_by_browser_keeps_kits_and_codes_apart(scene: Scene) -> None:
    bundle, secrets = KitBundle(), county_secrets(scene)
    import_table(scene.authority, table(*LINES), bundle, told=lambda *_: None)
    codes = re.findall(rb'<p class="code">(.+?)</p>', bundle.cards)
    assert len(codes) == len(LINES)
    assert not holds(bundle.kits, secrets)
    assert not holds(bundle.cards, secrets)
    assert not any(form in bundle.kits for code in codes for form in typed(code.decode()))


def test_the_database_holds_no_code_whatever_happened_to_it(scene: Scene) -> None:
    joined, wrong, again = scene.add_hub(), scene.add_station(), scene.add_station()
    scene.join(joined)
    renewed = scene.authority.invitations.invite_again(again.node)
    machine = scene.machine(wrong)
    with pytest.raises(Exception, match=r"code\.wrong"):
        scene.authority.admit(machine.parcel(renewed.code)[0], scene.opening_key)
    scene.authority.close()
    (database,) = (scene.data / "authority").glob("*.db")
    data = database.read_bytes()
    for code in (joined.code, wrong.code, again.code, renewed.code):
        assert not any(form in data for form in typed(code))
    scene.reopen()


def test_a_request_shows_no_key_and_no_code_on_a_line_or_a_stick(
    scene: Scene, tmp_path: Path
) -> None:
    station = scene.add_station()
    machine = scene.machine(station)
    parcel, digest = machine.parcel(station.code)
    name = JoinName.of(machine.node, digest)
    stick = tmp_path / "stick"
    stick.mkdir()
    with pytest.raises(JoinOnStickError):
        JoinFolder.on_stick(stick).exchange(
            name, pack(parcel), lambda data: read_verdict(machine.kit.root, data, parcel)
        )
    answer = scene.authority.admit(parcel, scene.opening_key)
    sent = [pack(parcel), station.kit, answer]
    carried = [path.read_bytes() for path in stick.rglob("*") if path.is_file()]
    assert pack(parcel) in carried
    secrets = [
        *seeds(machine.secrets),
        *county_secrets(scene),
        code_key(station.code, machine.node),
    ]
    for data in (*sent, *carried):
        assert not holds(data, secrets)
        assert not any(form in data for form in typed(station.code))
