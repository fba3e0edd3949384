"""What only shows when the items lie side by side.

Source: docs/lint.md.
"""

from collections import defaultdict
from collections.abc import Iterator

from protocol.catalogue.lint.look import Whole, strings_of, text_at

WholeFault = tuple[str, str, str]  # item, its place in it, and the reason
MAX_SAME_ANSWERS = 3  # an answer that fits more questions than these answers none of them

_SAME_ANSWER_CHARS = 8  # shorter ones, 可以 or 不收费, are rightly the same


def same_name(whole: Whole) -> Iterator[WholeFault]:
    """Two items that a clerk can't tell apart."""
    seen: dict[str, str] = {}
    for look in whole.items:
        name = look.text("name").strip()
        if name in seen:
            yield look.code, "name", f"与事项 {seen[name]} 同名"
        seen.setdefault(name, look.code)


def same_code(whole: Whole) -> Iterator[WholeFault]:
    """Whoever types the code or reads it out means either of them."""
    seen: dict[str, str] = {}
    for look in whole.items:
        other = seen.setdefault(look.code.lower(), look.code)
        if other != look.code:
            yield look.code, "id", f"编号与事项 {other} 只差大小写"


def same_alias(whole: Whole) -> Iterator[WholeFault]:
    """Who says so may mean either of them."""
    seen: dict[str, str] = {}
    for look in whole.items:
        for place, alias in strings_of(look.raw, "aliases"):
            if seen.get(alias, look.code) != look.code:
                yield look.code, place, f"俗称“{alias}”也是事项 {seen[alias]} 的"
            seen.setdefault(alias, look.code)


def same_answers(whole: Whole) -> Iterator[WholeFault]:
    """One answer copied to many questions."""
    uses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    asked: dict[str, set[str]] = defaultdict(set)
    for look in whole.items:
        for place, pair in look.rows("faq"):
            answer = text_at(pair, "answer").strip()
            if len(answer) >= _SAME_ANSWER_CHARS:
                uses[answer].append((look.code, f"{place}.answer"))
                asked[answer].add(text_at(pair, "question"))
    for answer, places in uses.items():
        if len(asked[answer]) > MAX_SAME_ANSWERS:
            item, place = places[0]
            yield item, place, f"“{answer[:12]}……”回答了{len(asked[answer])}个不同的问题"
