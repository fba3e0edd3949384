"""How the characters in names are read: a table that a release brings along.

The county makes it with pypinyin when it publishes; a village PC has nothing of that library. The
table has the characters and not the names, by syllable: an item that changes its name or aliases
changes nothing here, unless it brings a character that no other item has.

Source: docs/finding.md; docs/protocol.md section 7.3.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import product

import msgspec

FIND = "@find"  # the entry of a release
MAX_WAYS = 8  # in which one name is read: 长期 has two, and more than three such characters is rare

Readings = Mapping[str, tuple[str, ...]]  # of one character: its syllables, the usual one first


def readings_entry(readings: Readings) -> bytes:
    """The entry of a release: syllables, and the characters that are read so."""
    syllables: dict[str, list[str]] = {}
    later: list[str] = []  # characters whose usual syllable is not the first in the alphabet
    for char in sorted(readings):
        for syllable in sorted(readings[char]):
            syllables.setdefault(syllable, []).append(char)
        if len(readings[char]) > 1:
            later.append(char + readings[char][0])
    table = {key: "".join(chars) for key, chars in syllables.items()}
    whole = {"first": " ".join(later), "syllables": table}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_readings(entry: bytes) -> Readings:
    """What :func:`readings_entry` wrote; of anything else, nothing is known."""
    try:
        table = msgspec.json.decode(entry, type=_Table)
    except msgspec.DecodeError:
        return {}
    readings: dict[str, tuple[str, ...]] = {}
    for syllable, chars in table.syllables.items():
        for char in chars:
            readings[char] = (*readings.get(char, ()), syllable)
    for one in table.first.split():
        char, usual = one[0], one[1:]
        rest = (syllable for syllable in readings.get(char, ()) if syllable != usual)
        readings[char] = (usual, *rest)
    return readings


def ways(text: str, readings: Readings) -> Iterable[tuple[str, ...]]:
    """How ``text`` may be read, syllable by syllable, the usual way first; at most 8 ways.

    What is no character, or not in the table, is read as it stands, letter by letter.
    """
    choices = [readings.get(char, (char,)) for char in text]
    count = 1
    for at, one in enumerate(choices):
        if count * len(one) > MAX_WAYS:
            choices[at] = one[:1]
        count *= len(choices[at])
    return product(*choices)


class _Table(msgspec.Struct, frozen=True):
    first: str = ""
    syllables: dict[str, str] = {}
