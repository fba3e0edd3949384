"""Names of authors and approvers: two spellings of one name are one person."""

import unicodedata

from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS
from protocol.text import person_name

_KEPT = frozenset("LN")  # letters of all scripts, and digits
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # nobody sees them, and no name needs them
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters that nobody sees


def checked_person(text: str, option: str) -> str:
    """A name as it is kept.

    Raises:
        UsageError: nothing of it can be seen, or it is too long; ``option`` names where.
    """
    name = person_name(text).translate(_JOINERS)
    if not name.isprintable() or len(name) > MAX_NAME_CHARS or not _key(name):
        raise UsageError(f"{option} {name[:20]!r}：请写姓名或账号，1 到 {MAX_NAME_CHARS} 个字")
    return name


def same_person(one: str, other: str) -> bool:
    """Whether two names are spellings of one.

    Width, case, accents, blanks, dots and what nobody sees make no other person.
    """
    return _key(one) == _key(other)


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    seen = (char for char in plain if char not in _FILLERS)
    return "".join(char for char in seen if unicodedata.category(char)[0] in _KEPT)
