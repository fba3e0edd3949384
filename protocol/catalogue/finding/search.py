"""Looks for items: what fits, the best first; and if nothing does, the ten nearest.

Source: docs/finding.md.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from protocol.catalogue.finding.index import By, Index, Named
from protocol.catalogue.finding.readings import ways
from protocol.catalogue.finding.words import (
    folded,
    grams,
    is_chinese,
    sound_grams,
    words_of,
)

NEAREST = 10  # that are shown where nothing fits

_FIT = 10  # a rank is how well a word fits, times this, and by what
_WHOLE, _START, _INSIDE = 0, _FIT, 2 * _FIT  # the lower, the better
_WORST = 3 * _FIT
_SHORT_CHARS = 6  # of a word that may be short for a name; longer patterns would take long
_MIXED_CHARS = 12  # of a word that may mix syllables and initials; the same
_RAREST = 12  # pairs of a word that are counted: what nearly every name has tells nothing
_SHORT_SCORE = 1000  # as much as to share all pairs

_Ranks = dict[int, int]  # of each item that fits


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that was found."""

    named: Named
    by: By


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found; ``near`` is empty unless ``hits`` is."""

    hits: tuple[Hit, ...]
    near: tuple[Hit, ...]


def search(index: Index, query: str) -> Found:
    """Items that fit every word of ``query``; without a word every item, by code.

    A word fits a name or alias that has it as written, as pinyin or as initials, a department, or a
    code. Where nothing fits, ``near`` has the ten nearest, of fewer items all.
    """
    words = words_of(query)
    if not words:
        every = () if query.strip() else tuple(Hit(one, By.CODE) for one in index.items)
        return Found(every, () if every else _nearest(index, query))
    ranks = _fitting(index, words[0])
    for word in words[1:]:
        also = _fitting(index, word) if ranks else {}
        ranks = {at: max(ranks[at], also[at]) for at in ranks.keys() & also.keys()}
    if not ranks:
        return Found((), _nearest(index, "".join(words)))
    items = index.items
    order = sorted((rank, len(items[at].name), at) for at, rank in ranks.items())
    return Found(tuple(Hit(items[at], By(rank % _FIT)) for rank, _, at in order), ())


def _fitting(index: Index, word: str) -> _Ranks:
    """The items that one word fits, each with its best rank."""
    best: _Ranks = {}
    plain = folded(word)
    pattern = None if is_chinese(plain) else _as_typed(plain)
    for at, code in enumerate(index.codes):
        if word in code:
            best[at] = _fit(word, code) + By.CODE
    for at, text in enumerate(index.names.written):
        if plain in text:
            _keep(best, index.names.owners[at], _fit(plain, text) + index.names.kinds[at])
    for office in index.offices.values():
        if plain in office.written or (pattern and pattern.search(office.read)):
            for at in office.items:
                _keep(best, at, _INSIDE + By.DEPARTMENT)
    if pattern:
        _add_read(index, pattern, best)
    return best


def _add_read(index: Index, pattern: re.Pattern[str], best: _Ranks) -> None:
    """Those whose names are read so; this loop is most of the time that a search takes."""
    lines, owners, read = index.read.begins, index.read.owners, index.read.text
    inside, start = _INSIDE + By.PINYIN, _START + By.PINYIN
    for match in pattern.finditer(read):
        at = match.start()
        line = bisect_right(lines, at) - 1
        rank = inside
        if lines[line] == at:
            rank = _WHOLE + By.PINYIN if _ENDS.match(read, match.end(1)) else start
        if rank < best.get(owners[line], _WORST):
            best[owners[line]] = rank


def _keep(best: _Ranks, at: int, rank: int) -> None:
    if rank < best.get(at, _WORST):
        best[at] = rank


def _as_typed(letters: str) -> re.Pattern[str]:
    """Finds letters as people type them: db, dibao, dib and dbao for DiBao; once in each line.

    One letter is the initial of a whole name: there is one in nearly every name.
    """
    first, rest = letters[0].upper(), letters[1:]
    if not rest:
        return re.compile(f"^({first})[^\n]*", re.MULTILINE)
    later = "(?:{0}|[a-z]*+{1})" if len(letters) <= _MIXED_CHARS else "[{0}{1}]"
    return re.compile(f"({first}{''.join(later.format(c, c.upper()) for c in rest)})[^\n]*")


_ENDS = re.compile(r"[a-z]*(?:\n|$)")


def _fit(word: str, text: str) -> int:
    return _WHOLE if word == text else _START if text.startswith(word) else _INSIDE


def _nearest(index: Index, text: str) -> tuple[Hit, ...]:
    """The ten items whose names share most with ``text``, by characters and by sound."""
    plain = folded(text)
    heard = "".join(next(iter(ways(plain, index.readings))))
    scores: Counter[int] = Counter()
    for wanted, pieces in ((grams(plain), index.near), (sound_grams(heard), index.heard)):
        for at, share in pieces.likeness(wanted, _RAREST):
            owner = index.names.owners[at]
            scores[owner] = max(scores[owner], share)
    for owner in _shortened(index, plain):
        scores[owner] += _SHORT_SCORE
    order = sorted(scores, key=lambda at: (-scores[at], at))[:NEAREST]
    rest = (at for at in range(len(index.items)) if at not in scores)
    places = [*order, *(at for at, _ in zip(rest, range(NEAREST - len(order)), strict=False))]
    return tuple(Hit(index.items[at], By.NEAR) for at in places)


def _shortened(index: Index, plain: str) -> set[int]:
    """The items that a word may be short for: 低保 for 最低生活保障."""
    if not is_chinese(plain) or len(plain) > _SHORT_CHARS:
        return set()
    way = re.compile(".*".join(map(re.escape, plain)))
    names = index.names
    return {names.owners[at] for at, text in enumerate(names.written) if way.search(text)}
