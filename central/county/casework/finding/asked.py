"""What somebody typed to find a case: a number, an identity number, or a name. Pure."""

import re
from dataclasses import dataclass, field

from protocol.catalogue.forms.identifiers import is_resident_id, why_no_resident_id
from protocol.errors import UsageError
from protocol.numbers.number import Number
from protocol.text import identifier

_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z \-]*")  # of a case, a block, or an id
_LIKE_A_PERSONS = re.compile(r"[0-9]{17}[0-9X]")
_LIKE_A_BLOCKS = re.compile(r"[0-9]{26,40}")  # a digit may be missing, or be there twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """By what is looked for; one of them, or none."""

    number: str = ""  # of a case, a block, or an id
    identity: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


def typed(text: str) -> Typed:
    """What ``text`` is.

    Raises:
        NumberWrongError: a number of a block with a wrong digit.
        UsageError: an identity number with one.
    """
    half = identifier(text)
    plain = half.replace(" ", "").upper()
    if not _NUMBER.fullmatch(half):
        return Typed(name=text.strip())
    if _LIKE_A_PERSONS.fullmatch(plain):
        return Typed(identity=required_identity(plain))
    if _LIKE_A_BLOCKS.fullmatch(plain.replace("-", "")):
        return Typed(number=Number.read(half).text)
    return Typed(number=half)


def required_identity(text: str) -> str:
    """An identity number as it is compared.

    Raises:
        UsageError: it is none; the words do not repeat it.
    """
    number = identifier(text).replace(" ", "").upper()
    if not is_resident_id(number):
        raise UsageError(why_no_resident_id(number))
    return number
