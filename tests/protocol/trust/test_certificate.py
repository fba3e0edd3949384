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
    certificate_key_hash,
    certificate_node,
    certificate_pem,
    key_pem,
    spki_hash,
    tls_request,
)

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


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # one of the changes makes it zero
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
