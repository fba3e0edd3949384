"""Names of files that people get: such as every system takes, FAT and Windows included.

Source: docs/operations.md, "Files that people get".
"""

import unicodedata

from protocol.text import visible

MAX_CHARS = 100
MAX_BYTES = 240  # as UTF-8; ext4 takes 255, and a number may still be put behind the stem
_ENDING_CHARS = 12  # longer than any usual ending: then it is part of the stem
_FORBIDDEN = frozenset('<>:"/\\|?*')
_PORTS = {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
_RESERVED = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"} | _PORTS)
_JOINER = "\u200d"


def portable_name(name: str, *, otherwise: str = "附件") -> str:
    """``name`` as a file may be called anywhere; ``otherwise`` if nothing is left of it.

    At most MAX_CHARS characters and MAX_BYTES bytes; an ending such as ``.pdf`` is kept.
    """
    text = unicodedata.normalize("NFC", visible(name))
    text = "".join("_" if char in _FORBIDDEN else char for char in text)
    stem, ending = _parted(text.rstrip(". ").lstrip())
    if stem.partition(".")[0].rstrip().casefold() in _RESERVED:
        stem = f"_{stem}"
    return fitted(stem or otherwise, ending)


def fitted(stem: str, ending: str) -> str:
    """Stem and ending in one name, the stem cut between two letters as people see them."""
    room_chars, room_bytes = MAX_CHARS - len(ending), MAX_BYTES - len(ending.encode())
    kept = stem[:room_chars]
    while len(kept.encode()) > room_bytes:
        kept = kept[:-1]
    while kept and len(kept) < len(stem) and _joined(kept[-1], stem[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip(". ") + ending


def numbered(name: str, number: int) -> str:
    """``name`` with a number behind its stem: ``scan-2.jpg``."""
    stem, ending = _parted(name)
    return fitted(stem, f"-{number}{ending}")


def _parted(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or not dot or len(ending) > _ENDING_CHARS or " " in ending:
        return name, ""
    return stem.rstrip(". "), dot + ending


def _joined(left: str, right: str) -> bool:
    """Whether ``right`` belongs to the letter or picture that ``left`` ends."""
    if _JOINER in (left, right) or unicodedata.category(right).startswith("M"):
        return True
    return "\U0001f3fb" <= right <= "\U0001f3ff" or (_flag(left) and _flag(right))


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
