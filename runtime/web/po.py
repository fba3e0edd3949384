"""Tables of words: Chinese texts and their English ones, as ``.po`` files hold them.

Of that format only what our tables need: ``msgid`` and ``msgstr``, each of one or more quoted
lines, and comments. The library that knows all of it holds two megabytes for as long as a village
PC runs; the tests compare both.
"""

import json
from importlib.util import find_spec
from pathlib import Path

_KEYS = ("msgid", "msgstr")


def table_of(package: str, name: str) -> dict[str, str]:
    """The table ``name`` in the folder ``locale`` of ``package``; what has no English is left out.

    Raises:
        ValueError: it is no such table.
    """
    return words_in((folder_of(package) / "locale" / name).read_text("utf-8"))


def folder_of(package: str) -> Path:
    """Where the files of ``package`` lie."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{package} is no package with files")
    return Path(spec.submodule_search_locations[0])


def words_in(text: str) -> dict[str, str]:
    """What the text of a table says.

    Raises:
        ValueError: a line is none of a table; it is named by its number.
    """
    found: dict[str, str] = {}
    said, key = dict.fromkeys(_KEYS, ""), ""
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, quoted = line.partition(" ")
        if not line or line.startswith("#"):
            continue
        if word == "msgid":
            _keep(found, said)
            said = dict.fromkeys(_KEYS, "")
        key, quoted = (word, quoted) if word in _KEYS else (key, line)
        try:
            said[key] += json.loads(quoted)
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"line {number} is none of a table of words: {line}") from None
    _keep(found, said)
    return found


def _keep(found: dict[str, str], said: dict[str, str]) -> None:
    if said["msgid"] and said["msgstr"]:
        found[said["msgid"]] = said["msgstr"]
