"""What a running node reads from a certificate: its subject's common names, and its public key.

Whoever calls a parent does so with each exchange. The library that reads all of X.509 keeps 1.5 MB
in the memory of a village PC; it is for whoever makes or judges certificates. Nothing here decides
whether a certificate is genuine: the TLS library has checked its chain, the roster knows its key.

Source: X.690 section 10 (DER); RFC 5280 section 4.1; RFC 8410 (Ed25519).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from protocol.errors import MalformedError

_SEQUENCE, _SET, _OID, _INTEGER, _BITS, _VERSION = 0x30, 0x31, 0x06, 0x02, 0x03, 0xA0
_TEXTS = {0x0C: "utf-8", 0x13: "ascii"}  # UTF8String, PrintableString
_V3 = bytes.fromhex("020102")
_COMMON_NAME = bytes.fromhex("550403")
_LONG, _MAX_LENGTH_BYTES, _BYTE = 0x80, 3, 8
_FIELDS = (_VERSION, _INTEGER, _SEQUENCE, _SEQUENCE, _SEQUENCE, _SEQUENCE, _SEQUENCE)
_ALGORITHM, _ISSUER, _SUBJECT, _KEY = 2, 3, 5, 6  # places among them
ED25519_KEY = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo before its 32 bytes
ED25519_SIGNED = bytes.fromhex("300506032b6570")
ED25519_SECRET = bytes.fromhex("302e020100300506032b657004220420")  # PKCS #8 before its 32 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRead:
    """Of one certificate; parts in DER as they stand in it."""

    names: tuple[str, ...]  # the common names of its subject
    key: bytes  # SubjectPublicKeyInfo
    subject: bytes
    issuer: bytes
    signed: bytes  # all that the signature is over
    algorithm: bytes  # of the signature
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    content: bytes
    whole: bytes


def read_certificate(der: bytes) -> CertificateRead:
    """The parts of a certificate (DER) that a node needs.

    Raises:
        MalformedError: it is none, or one with a name in a script that we don't use.
    """
    (certificate,) = _some(_elements(der), (_SEQUENCE,), more=False)
    body, algorithm, signature = _some(
        _elements(certificate.content), (_SEQUENCE, _SEQUENCE, _BITS), more=False
    )
    fields = _some(_elements(body.content), _FIELDS, more=True)
    if fields[0].content != _V3:
        raise MalformedError("not an X.509 certificate of version 3")
    if fields[_ALGORITHM].whole != algorithm.whole or not signature.content.startswith(b"\x00"):
        raise MalformedError("an X.509 certificate that is signed in another way than it says")
    return CertificateRead(
        names=tuple(_names(fields[_SUBJECT].content)),
        key=fields[_KEY].whole,
        subject=fields[_SUBJECT].whole,
        issuer=fields[_ISSUER].whole,
        signed=body.whole,
        algorithm=algorithm.whole,
        signature=signature.content[1:],  # behind the number of bits that fill its last byte
    )


def _names(subject: bytes) -> Iterator[str]:
    for group in _elements(subject):
        for pair in _elements(group.content if group.tag == _SET else b"\x00"):
            kind, value = _some(_elements(pair.content), (_OID, None), more=False)
            if kind.content == _COMMON_NAME:
                try:
                    yield value.content.decode(_TEXTS[value.tag])
                except (KeyError, UnicodeDecodeError):
                    raise MalformedError("a certificate with a name that can't be read") from None


def _some(found: Iterator[_Element], tags: tuple[int | None, ...], *, more: bool) -> list[_Element]:
    """The first elements, which have these tags (None: any).

    Raises:
        MalformedError: they have others, or more follow than may.
    """
    elements = list(found)
    first = elements[: len(tags)]
    fits = len(first) == len(tags) and (more or len(elements) == len(tags))
    if not fits or any(tag not in (None, one.tag) for tag, one in zip(tags, first, strict=True)):
        raise MalformedError("not an X.509 certificate")
    return first


def _elements(data: bytes) -> Iterator[_Element]:
    """What stands in ``data``, one behind the other."""
    at = 0
    while at < len(data):
        start, end = _content(data, at)
        yield _Element(data[at], data[start:end], data[at:end])
        at = end


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at ``at`` begins and ends."""
    length, start = data[at + 1] if at + 1 < len(data) else _LONG, at + 2
    if length >= _LONG:  # so many bytes tell the length, as few as can
        start += (count := length - _LONG)
        told = data[at + 2 : start]
        length = int.from_bytes(told)
        least = max(_LONG, 1 << _BYTE * (count - 1)) if count else 0
        if not 0 < count <= _MAX_LENGTH_BYTES or len(told) < count or length < least:
            raise MalformedError("not DER")
    if start + length > len(data):
        raise MalformedError("not DER: it ends too early")
    return start, start + length
