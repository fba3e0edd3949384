"""A node puts another certificate in its own one's place: for its key, of the authority in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.errors import MalformedError, SignatureError
from protocol.ids import NodeId
from protocol.trust.certificate import (
    authority_name,
    certificate_der,
    certificate_pem,
    key_pem,
    tls_request,
)
from protocol.trust.edition import whole
from protocol.trust.roster import Role, Roster
from provisioning.x509 import TlsAuthority, new_tls_authority
from runtime.node.certificate import (
    is_replaced,
    is_shut_out,
    own_authority,
    replace_certificate,
    wants_certificate,
)
from runtime.node.identity import (
    FirstRoster,
    Identity,
    load_identity,
    pending_secrets,
    save_identity,
)
from tests.builders.chance import SeededRandomness
from tests.provisioning.scene import Scene


@dataclass(kw_only=True)
class Town:
    """A station with its folder, and the authority of its county."""

    scene: Scene
    identity: Identity
    secret: bytes  # of its TLS key

    @property
    def roster(self) -> Roster:
        return self.scene.authority.roster()

    def issued(self, authority: TlsAuthority, *, node: str = "", secret: bytes = b"") -> bytes:
        named = NodeId(node or self.identity.node)
        request = tls_request(named, secret or self.secret)
        return authority.issue(request, named, Role.STATION, "", self.scene.randomness)

    def succeed(self, *, use: bool = True, stolen: bool = False) -> TlsAuthority:
        succession = self.scene.authority.succession
        succession.announce(succession.prepare(), 1)
        if use:
            succession.use(stolen=stolen)
        return self.scene.authority._issuer.present


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    scene = Scene(data=tmp_path / "county")
    station = scene.machine(scene.add_station())
    data = tmp_path / "station"
    secrets = pending_secrets(data, SeededRandomness(4))
    edition = scene.authority.roster().edition
    contact = {"node": scene.county, "url": "https://127.0.0.1:8440"}
    facts: dict[str, object] = {
        "node": station.node, "role": "station", "code": "451423103201", "name": "独山村",
        "county_name": "龙州县", "root": scene.authority.root_public.hex(),
        "ca": scene.authority.ca_der.hex(), "county": contact, "parent": contact,
    }  # fmt: skip
    certificate = scene.authority._issuer.present.issue(
        tls_request(station.node, secrets.tls), station.node, Role.STATION, "", scene.randomness
    )
    first = FirstRoster(proof=edition.proof, changes=whole(edition.entries))
    save_identity(data, facts, certificate, first)
    yield Town(scene=scene, identity=load_identity(data), secret=secrets.tls)
    scene.authority.close()


def test_it_is_wanted_from_the_use_on_and_no_longer_taken_after_the_drop(town: Town) -> None:
    first = authority_name(town.scene.authority.ca_der)

    def seen() -> tuple[bool, bool, bytes]:
        identity, roster = town.identity, town.roster
        wants = wants_certificate(identity, roster)
        return wants, is_shut_out(identity, roster), own_authority(identity, roster)

    assert seen() == (False, False, first)
    town.succeed(use=False)
    assert seen() == (False, False, first)
    town.scene.authority.succession.use(stolen=False)
    assert seen() == (True, False, first)
    town.scene.authority.succession.drop()
    assert seen() == (True, True, b"")


def test_another_for_the_same_key_takes_its_place(town: Town) -> None:
    certificate = town.issued(town.succeed())
    assert not is_replaced(town.identity)
    replace_certificate(town.identity, certificate, town.roster)
    assert is_replaced(town.identity)
    assert certificate_der(load_identity(town.identity.folder.parent).certificate) == certificate
    assert town.identity.key_path.read_bytes() == key_pem(town.secret)
    assert not wants_certificate(town.identity, town.roster)


def test_a_good_one_stays_whatever_an_old_request_brings(town: Town) -> None:
    before = town.identity.certificate_path.read_bytes()
    for announced in (False, True):
        if announced:
            town.succeed(use=False)
        another = town.issued(town.scene.authority._issuer.present)
        replace_certificate(town.identity, another, town.roster)
        assert certificate_pem(another) != before
        assert town.identity.certificate_path.read_bytes() == before


@pytest.mark.parametrize("fault", ["node", "key", "authority", "former", "junk"])
def test_any_other_changes_nothing(town: Town, fault: str) -> None:
    before = town.identity.certificate_path.read_bytes()
    first = town.scene.authority._issuer.present
    present = town.succeed()
    stranger = new_tls_authority(b"x" * 32, town.scene.county, SeededRandomness(5))
    certificate = {
        "node": lambda: town.issued(present, node="0" * 16),
        "key": lambda: town.issued(present, secret=b"o" * 32),
        "authority": lambda: town.issued(stranger),
        "former": lambda: town.issued(first),
        "junk": lambda: b"no certificate",
    }[fault]()
    with pytest.raises(MalformedError if fault == "junk" else SignatureError):
        replace_certificate(town.identity, certificate, town.roster)
    assert town.identity.certificate_path.read_bytes() == before == town.identity.certificate


def test_a_damaged_one_is_a_matter_for_people(town: Town) -> None:
    town.succeed(stolen=True)
    town.identity.certificate_path.write_bytes(b"-----BEGIN")
    assert not wants_certificate(town.identity, town.roster)
    assert not is_shut_out(town.identity, town.roster)
    assert own_authority(town.identity, town.roster) == b""
    town.identity.certificate_path.unlink()
    assert not wants_certificate(town.identity, town.roster)


def test_pem_and_der_are_one(town: Town) -> None:
    der = town.scene.authority.ca_der
    assert certificate_der(certificate_pem(der)) == der
    for junk in (b"", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", der):
        with pytest.raises(MalformedError):
            certificate_der(junk)
