"""Bytes as text that a person can type: base 32 in rows, each with two check characters.

Only digits and capital letters, none of them I, L, O or U, so that a QR code stays small and
nothing is mistaken for something else; what is typed for a digit is read as one. A wrong row is
told by its number, so that nobody has to type it all again.

Source: docs/protocol.md section 9.8.
"""

import hashlib
from collections.abc import Iterator

from protocol.errors.slips import SlipTypedError
from protocol.limits import MAX_SLIP_CHARS
from protocol.text import identifier

MARK = "YZ1:"  # in front, so that whoever scans it knows what it is
GROUP = 5  # characters that are printed together
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_ROW, _CHECKS = 28, 2  # characters of data and of check in a row: six groups
_BITS = 5
_BLANKS = str.maketrans("", "", " -\n\r\t")


def typed_rows(data: bytes) -> list[str]:
    """The rows of ``data``, each with its check characters and without blanks."""
    bits = -(-len(data) * 8 // _BITS) * _BITS
    number = int.from_bytes(data) << (bits - len(data) * 8)
    text = "".join(_ALPHABET[number >> at & 31] for at in range(bits - _BITS, -1, -_BITS))
    parts = [text[at : at + _ROW] for at in range(0, len(text), _ROW)]
    return [part + _check(at, part) for at, part in enumerate(parts)]


def read_rows(text: str) -> bytes:
    """What :func:`typed_rows` was given, however it was parted, and with or without the mark.

    Raises:
        SlipTypedError: some row was mistyped (the detail says which), or it is no such text.
    """
    if len(text) > MAX_SLIP_CHARS:
        raise SlipTypedError(f"{MAX_SLIP_CHARS}")
    plain = identifier(text.translate(_BLANKS)).translate(_BLANKS).upper().removeprefix(MARK)
    data = "".join(_parts(plain))
    number = 0
    for char in data:
        number = number << _BITS | _VALUES[char]
    size, spare = divmod(len(data) * _BITS, 8)
    if not data or spare >= _BITS or number & ((1 << spare) - 1):
        raise SlipTypedError
    return (number >> spare).to_bytes(size)


def _parts(plain: str) -> Iterator[str]:
    """The data of each row, after its check."""
    for at, start in enumerate(range(0, len(plain), _ROW + _CHECKS)):
        row = plain[start : start + _ROW + _CHECKS]
        meant = "".join(_ALPHABET[_VALUES[char]] for char in row if char in _VALUES)
        part = meant[:-_CHECKS]
        if len(meant) != len(row) or not part or _check(at, part) != meant[-_CHECKS:]:
            raise SlipTypedError(f"{at + 1}")
        yield part


def _check(at: int, part: str) -> str:
    digest = hashlib.sha256(f"{at}:{part}".encode("ascii")).digest()
    return _ALPHABET[digest[0] >> 3] + _ALPHABET[digest[1] >> 3]
