"""How the characters in a catalogue are read, by pypinyin; made when it is published.

pypinyin takes 57 MB and a third of a second at its first use: only here, and nowhere at a village.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from protocol.catalogue.finding.index import named_items
from protocol.catalogue.finding.readings import FIND, Readings, readings_entry

_RARE = 0.05  # of the words with a character: a reading that fewer of them have does not count


def with_readings(entries: Mapping[str, bytes]) -> dict[str, bytes]:
    """The entries of a release, with the table of readings for their names among them."""
    items = list(named_items(entries))
    texts = {text for one in items for text in (one.name, one.department, *one.aliases)}
    return {**entries, FIND: readings_entry(readings_of(sorted(texts)))}


def readings_of(texts: Iterable[str]) -> Readings:
    """How the Chinese characters in ``texts`` are read, without tones, the usual way first.

    Of each: the readings that its words here give it, and those that many words of the language do.
    """
    from pypinyin import Style, pinyin

    here: dict[str, Counter[str]] = {}
    for text in texts:
        read = pinyin(text, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
        for char, (syllable, *_) in zip(text, read, strict=True):
            if syllable != char:
                here.setdefault(char, Counter())[syllable] += 1
    usual = _usual()
    return {
        char: tuple(
            dict.fromkeys([*(one for one, _ in counts.most_common()), *usual.get(char, ())])
        )
        for char, counts in here.items()
    }


@cache  # 0.2 s and 2 MB, at the first release that a process publishes
def _usual() -> Mapping[str, list[str]]:
    """The readings of each character that not only rare words have, the most frequent first."""
    from pypinyin import Style, phrases_dict
    from pypinyin.style import convert

    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, syllables in phrases_dict.phrases_dict.items():
        for char, (syllable, *_) in zip(word, syllables, strict=False):
            found[char][syllable] += 1
    plain = cache(lambda one: convert(one, Style.NORMAL, strict=False))
    usual = {}
    for char, counts in found.items():
        merged: Counter[str] = Counter()
        for syllable, count in counts.items():
            merged[plain(syllable)] += count
        often = _RARE * merged.total()
        usual[char] = [one for one, count in merged.most_common() if count >= often]
    return usual
