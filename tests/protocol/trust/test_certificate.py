"""What a node reads from a certificate, and what it makes to get one."""

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedError
from protocol.ids import NodeId
from protocol.trust.certificate import (
    NOT_AFTER,
    NOT_BEFORE,
    certificate_der,
    certificate_key_hash,
    certificate_node,
    certificate_pem,
    is_issued_by,
    key_pem,
    spki_hash,
    tls_request,
)
from protocol.trust.der import read_certificate

NODE = NodeId("0123456789abcdef")
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def make_certificate(*names: str) -> bytes:
    """Self-signed, with these common names."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    builder = x509.CertificateBuilder(subject, subject, KEY.public_key(), 1)
    certificate = builder.not_valid_before(NOT_BEFORE).not_valid_after(NOT_AFTER).sign(KEY, None)
    return certificate.public_bytes(serialization.Encoding.DER)


WHOLE = make_certificate(NODE)


def test_a_request_names_the_node_and_proves_that_it_has_the_key() -> None:
    request = x509.load_der_x509_csr(tls_request(NODE, b"k" * 32))
    assert request.is_signature_valid
    assert [name.value for name in request.subject] == [NODE]
    assert spki_hash(request.public_key()) == spki_hash(KEY.public_key())


def test_a_request_is_the_same_each_time() -> None:
    """So that a repeated joining is recognised."""
    assert tls_request(NODE, b"k" * 32) == tls_request(NODE, b"k" * 32)


def test_a_certificate_names_its_node_and_its_key() -> None:
    assert certificate_node(WHOLE) == NODE
    info = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert certificate_key_hash(WHOLE) == hashlib.sha256(info).digest()


@pytest.mark.parametrize(
    "names", [(), ("hub.example.cn",), (NODE.upper(),), (NODE + "0",), (NODE, NODE)]
)
def test_a_certificate_that_names_no_node_is_not_ours(names: tuple[str, ...]) -> None:
    with pytest.raises(MalformedError):
        certificate_node(make_certificate(*names))


def test_files_for_the_ssl_module_hold_the_same_key_and_certificate() -> None:
    key = serialization.load_pem_private_key(key_pem(b"k" * 32), None)
    assert isinstance(key, Ed25519PrivateKey)
    assert key.private_bytes_raw() == b"k" * 32
    read = x509.load_pem_x509_certificate(certificate_pem(WHOLE))
    assert read.public_bytes(serialization.Encoding.DER) == WHOLE


def read_everything(der: bytes) -> None:
    certificate_pem(der)
    certificate_node(der)
    certificate_key_hash(der)


@given(st.binary(max_size=100))
def test_other_bytes_are_no_certificate(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_everything(data)


def signed_by(key: Ed25519PrivateKey, *, subject: str = NODE, issuer: str = "ca") -> bytes:
    """With an extension, as the authority makes them."""
    own, above = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, issuer)
    )
    builder = x509.CertificateBuilder(above, own, KEY.public_key(), 2**150 + 1)
    builder = builder.not_valid_before(NOT_BEFORE).not_valid_after(NOT_AFTER)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    return builder.sign(key, None).public_bytes(serialization.Encoding.DER)


AUTHORITY_KEY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
AUTHORITY = signed_by(AUTHORITY_KEY, subject="ca")


def test_our_reader_finds_what_the_library_finds() -> None:
    for der in (WHOLE, AUTHORITY, signed_by(AUTHORITY_KEY)):
        read, known = read_certificate(der), x509.load_der_x509_certificate(der)
        (name,) = known.subject
        assert (read.names, read.subject) == ((name.value,), known.subject.public_bytes())
        assert (read.issuer, read.signature) == (known.issuer.public_bytes(), known.signature)
        assert read.signed == known.tbs_certificate_bytes
        assert certificate_key_hash(der) == spki_hash(known.public_key())
        assert certificate_der(certificate_pem(der)) == der


def test_who_issued_a_certificate_is_told_by_name_and_signature() -> None:
    """The authority's certificate carries ``KEY``: what that signed under its name is its own."""
    assert is_issued_by(signed_by(KEY), AUTHORITY)
    assert not is_issued_by(signed_by(KEY, issuer="cb"), AUTHORITY), "another name"
    assert not is_issued_by(signed_by(AUTHORITY_KEY), AUTHORITY), "another key"
    own = signed_by(KEY)
    for at in range(len(own)):
        changed = own[:at] + bytes([own[at] ^ 1]) + own[at + 1 :]
        try:
            assert not is_issued_by(changed, AUTHORITY), at
        except MalformedError:
            continue


@pytest.mark.parametrize("behind", [b"\x00", b"\x30\x00"])
def test_nothing_may_stand_behind_a_certificate(behind: bytes) -> None:
    with pytest.raises(MalformedError):
        read_certificate(WHOLE + behind)


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----", key_pem(b"k" * 32)]
)
def test_other_text_is_no_certificate(pem: bytes) -> None:
    with pytest.raises(MalformedError):
        certificate_der(pem)


def test_a_certificate_changed_in_any_byte_is_read_or_refused_in_our_own_words() -> None:
    """TLS checks the signature; here nothing but MalformedError may come out."""
    refused = 0
    for at in range(len(WHOLE)):
        for bit in range(8):
            try:
                read_everything(WHOLE[:at] + bytes([WHOLE[at] ^ (1 << bit)]) + WHOLE[at + 1 :])
            except MalformedError:
                refused += 1
    assert refused > len(WHOLE)


def test_the_validity_is_wider_than_any_clock_of_a_working_pc() -> None:
    assert dt.datetime(2000, 1, 1, tzinfo=dt.UTC) >= NOT_BEFORE
    assert dt.timedelta(days=99 * 365) < NOT_AFTER - NOT_BEFORE
