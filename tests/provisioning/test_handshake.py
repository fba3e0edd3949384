"""Real TLS 1.3 with the certificates that the authority gives, as strict as Python 3.13 is."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.ids import NodeId
from protocol.trust.certificate import certificate_node, certificate_pem, key_pem, tls_request
from protocol.trust.roster import Role
from provisioning.x509 import new_tls_authority
from runtime.line.tls import client_context, server_context
from tests.builders.chance import SeededRandomness

COUNTY, HUB, STATION = (NodeId(digit * 16) for digit in "abc")
URLS = {COUNTY: "https://127.0.0.1:8440", HUB: "https://hub.example.cn", STATION: ""}
ROLES = {COUNTY: Role.COUNTY, HUB: Role.HUB, STATION: Role.STATION}
CA_SECRET = b"c" * 32
NO_CHECK_TIME = 0x200000  # as runtime.line.tls sets it
LINKS = [(HUB, COUNTY), (STATION, HUB), (STATION, COUNTY)]  # child, parent

Dates = tuple[dt.datetime, dt.datetime]


class Papers:
    """What each node has on disk: its certificate and key, and the county's authority."""

    def __init__(self, folder: Path, dates: Dates | None = None) -> None:
        self.folder, self.randomness = folder, SeededRandomness()
        tls = new_tls_authority(CA_SECRET, COUNTY, self.randomness)
        self.ca = redated(tls.certificate, dates)
        for node, role in ROLES.items():
            secret = node[:1].encode() * 32
            request = tls_request(node, secret)
            leaf = tls.issue(request, node, role, URLS[node], self.randomness)
            (folder / f"{node}.pem").write_bytes(certificate_pem(redated(leaf, dates)))
            (folder / f"{node}.key").write_bytes(key_pem(secret))

    def contexts(self, child: NodeId, parent: NodeId) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        """Of the child and of the parent, both strict."""
        calling = client_context((self.ca,), *self.files(child))
        answering = server_context((self.ca,), *self.files(parent))
        for context in (calling, answering):
            context.verify_flags |= ssl.VERIFY_X509_STRICT
        return calling, answering

    def files(self, node: NodeId) -> tuple[Path, Path]:
        return self.folder / f"{node}.pem", self.folder / f"{node}.key"


def redated(der: bytes, dates: Dates | None) -> bytes:
    """The same certificate, valid at another time: as a PC with a wrong date sees it."""
    if dates is None:
        return der
    old = x509.load_der_x509_certificate(der)
    builder = x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), old.serial_number)
    builder = builder.not_valid_before(dates[0]).not_valid_after(dates[1])
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    key = Ed25519PrivateKey.from_private_bytes(CA_SECRET)
    return builder.sign(key, None).public_bytes(serialization.Encoding.DER)


def shake_hands(calling: ssl.SSLContext, answering: ssl.SSLContext) -> tuple[NodeId, NodeId]:
    """Shake hands in memory; whom the parent saw, and whom the child saw."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    child = calling.wrap_bio(down, up, server_hostname="127.0.0.1")
    parent = answering.wrap_bio(up, down, server_side=True)
    waiting = [child, parent]
    for _ in range(6):  # flights of a TLS 1.3 handshake, with some to spare
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    assert not waiting
    child.write(b"hello")
    assert parent.read() == b"hello"
    assert child.version() == parent.version() == "TLSv1.3"
    seen = parent.getpeercert(binary_form=True), child.getpeercert(binary_form=True)
    assert seen[0] is not None
    assert seen[1] is not None
    return certificate_node(seen[0]), certificate_node(seen[1])


def year(number: int) -> dt.datetime:
    return dt.datetime(number, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(("child", "parent"), LINKS)
def test_every_link_stands_with_strict_checking(
    tmp_path: Path, child: NodeId, parent: NodeId
) -> None:
    assert shake_hands(*Papers(tmp_path).contexts(child, parent)) == (child, parent)


@pytest.mark.parametrize(("child", "parent"), LINKS)
@pytest.mark.parametrize(
    "dates",
    [(year(2050), year(2060)), (year(1971), year(2009))],
    ids=["the date is far too early", "the date is far too late"],
)
def test_every_link_stands_whatever_the_date_is(
    tmp_path: Path, dates: Dates, child: NodeId, parent: NodeId
) -> None:
    papers = Papers(tmp_path, dates)
    assert shake_hands(*papers.contexts(child, parent)) == (child, parent)


@pytest.mark.parametrize("dates", [(year(2050), year(2060)), (year(1971), year(2009))])
def test_without_our_flag_those_dates_would_shut_the_door(tmp_path: Path, dates: Dates) -> None:
    calling, answering = Papers(tmp_path, dates).contexts(STATION, HUB)
    calling.verify_flags &= ~ssl.VerifyFlags(NO_CHECK_TIME)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"not yet valid|expired"):
        shake_hands(calling, answering)


def test_a_station_can_not_pass_for_a_hub(tmp_path: Path) -> None:
    calling, answering = Papers(tmp_path).contexts(STATION, STATION)
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        shake_hands(calling, answering)


def test_a_parent_of_another_county_is_not_trusted(tmp_path: Path) -> None:
    calling, _ = Papers(tmp_path).contexts(STATION, HUB)
    other = new_tls_authority(b"d" * 32, NodeId("d" * 16), SeededRandomness(2))
    secret = b"e" * 32
    leaf = other.issue(tls_request(HUB, secret), HUB, Role.HUB, URLS[HUB], SeededRandomness(3))
    (tmp_path / "other.pem").write_bytes(certificate_pem(leaf))
    (tmp_path / "other.key").write_bytes(key_pem(secret))
    answering = server_context((other.certificate,), tmp_path / "other.pem", tmp_path / "other.key")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(calling, answering)


def test_a_browser_finds_the_host_of_the_address(tmp_path: Path) -> None:
    calling, answering = Papers(tmp_path).contexts(STATION, COUNTY)
    calling.check_hostname = True  # ours compares the node instead
    assert shake_hands(calling, answering) == (STATION, COUNTY)
