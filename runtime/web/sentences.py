"""What parts of the program say in Chinese sentences, in English: findings, hints, rules in words.

A sentence is known by its words; ``{}`` in it is a gap, ``{n}`` one for a number, ``{d}`` one for
what is the county's own and stays as it is; its English agrees with numbers as in
``runtime.web.plurals``. What nobody has put into the table stays Chinese.

Source: ``locale/sentences.po``.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.web.plurals import agreed_parts
from runtime.web.po import table_of

_GAP = re.compile(r"\{[dn]?\}")
_PATTERNS = {"{}": "(.+?)", "{d}": "(.+?)", "{n}": r"(\d+)"}
_DEPTH = 2  # of sentences in the gaps of each other
_KEPT = 4096  # texts whose English is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One with gaps."""

    pattern: re.Pattern[str]
    english: str
    own: tuple[bool, ...]  # of each gap: what stands there is ours, too, and to be translated
    is_sure: bool  # no text of the county can be taken for it by its gaps

    def say(self, found: re.Match[str], depth: int) -> str:
        """In English, with what stands in its gaps."""
        gaps = [
            english_of(text, depth) if own else text
            for text, own in zip(found.groups(), self.own, strict=True)
        ]
        parts = agreed_parts(_GAP.split(self.english), gaps)
        return "".join(part + gap for part, gap in zip(parts, [*gaps, ""], strict=True))


@functools.cache
def table() -> Mapping[str, str]:
    """Every Chinese sentence with its English one."""
    return table_of("runtime.web", "sentences.po")


@functools.cache
def _with_gaps() -> Sequence[Sentence]:
    """Those with gaps, the longest first: it says most exactly what is meant."""
    gapped = [one for one in table() if _GAP.search(one)]
    return [_sentence(one) for one in sorted(gapped, key=lambda one: -len(_GAP.sub("", one)))]


def _sentence(chinese: str) -> Sentence:
    gaps, parts = _GAP.findall(chinese), _GAP.split(chinese)
    pattern = re.escape(parts[0])
    for gap, part in zip(gaps, parts[1:], strict=True):
        pattern += _PATTERNS[gap] + re.escape(part)
    quoted = [part.endswith("“") for part in parts]
    return Sentence(
        pattern=re.compile(pattern, re.DOTALL),
        english=table()[chinese],
        own=tuple(gap == "{}" and not inside for gap, inside in zip(gaps, quoted, strict=False)),
        is_sure="{}" not in gaps,
    )


@functools.lru_cache(maxsize=_KEPT)
def english_of(text: str, depth: int = _DEPTH) -> str:
    """A sentence of the program in English; what is none stays as it is."""
    return _said(text, depth, sure=False)


@functools.lru_cache(maxsize=_KEPT)
def sure_english_of(text: str) -> str:
    """The same for a text that may be the county's: only where there can be no doubt."""
    return _said(text, _DEPTH, sure=True)


def _said(text: str, depth: int, *, sure: bool) -> str:
    if text in table():
        return table()[text]
    if depth:
        for one in _with_gaps():
            if (one.is_sure or not sure) and (found := one.pattern.fullmatch(text)):
                return one.say(found, depth - 1)
    return text
