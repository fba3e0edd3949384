"""The profile of each certificate, field by field."""

import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from protocol.errors import MalformedError, SignatureError
from protocol.ids import NodeId
from protocol.trust.certificate import NOT_AFTER, NOT_BEFORE, certificate_node, tls_request
from protocol.trust.roster import Role
from provisioning.x509 import TlsAuthority, new_tls_authority, read_tls_authority
from tests.builders.chance import SeededRandomness

COUNTY, NODE = NodeId("00000000000000aa"), NodeId("00000000000000bb")
URL = "https://hub.example.cn:8441"
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@pytest.fixture
def authority() -> TlsAuthority:
    return new_tls_authority(b"c" * 32, COUNTY, SeededRandomness())


def issue(authority: TlsAuthority, role: Role, url: str, seed: int = 2) -> x509.Certificate:
    request = tls_request(NODE, b"n" * 32)
    der = authority.issue(request, NODE, role, url, SeededRandomness(seed))
    return x509.load_der_x509_certificate(der)


def test_the_authority_signs_leaves_and_nothing_else(authority: TlsAuthority) -> None:
    ca = x509.load_der_x509_certificate(authority.certificate)
    ca.verify_directly_issued_by(ca)
    constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = ca.extensions.get_extension_for_class(x509.KeyUsage)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not usage.value.digital_signature


@pytest.mark.parametrize(
    ("role", "url", "uses"),
    [
        (Role.COUNTY, URL, [SERVER]),
        (Role.HUB, URL, [SERVER, CLIENT]),
        (Role.STATION, "", [CLIENT]),
    ],
)
def test_a_leaf_is_for_what_its_role_does(
    authority: TlsAuthority, role: Role, url: str, uses: list[x509.ObjectIdentifier]
) -> None:
    leaf = issue(authority, role, url)
    leaf.verify_directly_issued_by(x509.load_der_x509_certificate(authority.certificate))
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert constraints.critical
    assert not constraints.value.ca
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert list(purposes.value) == uses


def test_key_identifiers_lead_from_leaf_to_authority(authority: TlsAuthority) -> None:
    ca, leaf = (
        x509.load_der_x509_certificate(authority.certificate),
        issue(authority, Role.HUB, URL),
    )
    above = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    for certificate in (ca, leaf):
        issuer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        assert issuer.key_identifier == above.digest
        assert own == x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())


@pytest.mark.parametrize(
    ("role", "url", "host"),
    [
        (Role.HUB, URL, x509.DNSName("hub.example.cn")),
        (Role.COUNTY, "https://127.0.0.1:8440", x509.IPAddress(ipaddress.ip_address("127.0.0.1"))),
        (Role.COUNTY, "https://[::1]:8440", x509.IPAddress(ipaddress.ip_address("::1"))),
        (Role.STATION, "", None),
    ],
)
def test_a_leaf_names_its_node_and_the_host_where_it_is_called(
    authority: TlsAuthority, role: Role, url: str, host: x509.GeneralName | None
) -> None:
    leaf = issue(authority, role, url)
    names = list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    uri = x509.UniformResourceIdentifier(f"urn:yizhan:node:{NODE}")
    assert names == ([host, uri] if host else [uri])
    assert certificate_node(leaf.public_bytes(serialization.Encoding.DER)) == NODE


def test_serial_numbers_are_long_positive_and_different(authority: TlsAuthority) -> None:
    serials = {issue(authority, Role.STATION, "", seed).serial_number for seed in range(40)}
    assert len(serials) == 40
    assert all(0 < serial < 2**159 for serial in serials)
    assert max(serials).bit_length() > 150


def test_certificates_outlast_every_clock(authority: TlsAuthority) -> None:
    ca = x509.load_der_x509_certificate(authority.certificate)
    for certificate in (ca, issue(authority, Role.STATION, "")):
        assert certificate.not_valid_before_utc == NOT_BEFORE
        assert certificate.not_valid_after_utc == NOT_AFTER


def foreign_request() -> bytes:
    """A good request, but with a key of another kind."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NODE)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    key = ec.generate_private_key(ec.SECP256R1())
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    "request_bytes",
    [b"", b"\x30\x00", tls_request(COUNTY, b"n" * 32), foreign_request()],
    ids=["empty", "no request", "another node", "another kind of key"],
)
def test_what_does_not_ask_for_this_node_gets_nothing(
    authority: TlsAuthority, request_bytes: bytes
) -> None:
    with pytest.raises(MalformedError):
        authority.issue(request_bytes, NODE, Role.HUB, URL, SeededRandomness())


def test_a_request_must_be_signed_by_the_key_in_it(authority: TlsAuthority) -> None:
    request = bytearray(tls_request(NODE, b"n" * 32))
    request[-1] ^= 1
    with pytest.raises(SignatureError):
        authority.issue(bytes(request), NODE, Role.HUB, URL, SeededRandomness())


def test_no_request_changed_in_a_byte_is_taken_for_another_key(authority: TlsAuthority) -> None:
    whole = tls_request(NODE, b"n" * 32)
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :]
        with pytest.raises((MalformedError, SignatureError)):
            authority.issue(changed, NODE, Role.HUB, URL, SeededRandomness())


def test_the_authority_is_read_back_only_with_its_own_key(authority: TlsAuthority) -> None:
    assert read_tls_authority(b"c" * 32, authority.certificate) == authority
    with pytest.raises(MalformedError):
        read_tls_authority(b"d" * 32, authority.certificate)
    with pytest.raises(MalformedError):
        read_tls_authority(b"c" * 32, b"no certificate")


def test_the_secret_does_not_show_when_it_is_logged(authority: TlsAuthority) -> None:
    assert "secret" not in repr(authority)
