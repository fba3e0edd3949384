"""Padding: entries that are published only so that there is one, and replies that answer nothing.

A duty to publish is not met by an entry that says 无公开信息; whoever has nothing to publish says
so in the duty itself. What is found here counts as no entry.

Source: docs/lint.md.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from protocol.catalogue.findings import Finding, Level
from protocol.catalogue.lint import likeness
from protocol.catalogue.lint.people import is_generic
from protocol.catalogue.lint.wording import is_padding

MIN_BODY_CHARS = 20  # Chinese ones, of an entry without an attachment
MAX_SAME_REPLIES = 3  # letters that one text may answer
MAX_LAST_DAY_ENTRIES = 10  # of one publisher on the last day of a month

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NOBODY = re.compile(
    r"[张李王赵陈]某{1,2}|张三|李四|王五|赵六|某某某?|匿名|测试.*|test.*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something published, or a published reply to a letter."""

    id: str
    title: str
    body: str = field(repr=False)
    publisher: str
    duty: str  # which duty to publish it meets; empty: none
    created: date
    published: date
    attachments: tuple[int | None, ...] = ()  # their sizes in bytes; None: can't be read
    writer: str = ""  # of the letter that is replied to
    letter: date | None = None  # its day; None: this is no reply


Check = Callable[[Entry, Sequence[Entry], date], Iterator[tuple[str, str]]]  # place and reason


def padding_of(entry: Entry, others: Sequence[Entry], today: date) -> list[Finding]:
    """Why ``entry`` counts as padding; empty if it does not.

    Args:
        others: entries of the same county, earlier or of the same day.
    """
    rest = [one for one in others if one.id != entry.id]
    return [
        Finding(code=code, level=Level.ERROR, item=entry.id, place=place, reason=reason, todo=todo)
        for code, check, todo in RULES
        for place, reason in check(entry, rest, today)
    ]


def _says_nothing(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if entry.attachments:
        return
    chars = len(_CHINESE.findall(entry.body))
    if is_padding(entry.body):
        yield "body", f"正文“{entry.body.strip()[:20]}”等于没有写，也没有附件"
    elif chars < MIN_BODY_CHARS:
        yield "body", f"正文只有{chars}个汉字，也没有附件"


def _no_publisher(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if not entry.publisher.strip():
        yield "publisher", "没有发布单位"
    elif is_generic(entry.publisher):
        yield "publisher", f"“{entry.publisher}”不是具体的发布单位"


def _near_copy(entry: Entry, others: Sequence[Entry], _: date) -> Iterator[tuple[str, str]]:
    if entry.letter is not None or len(entry.body) < likeness.MIN_CHARS:
        return
    mark = likeness.fingerprint(entry.body)
    for one in others:
        comparable = one.letter is None and len(one.body) >= likeness.MIN_CHARS
        if comparable and likeness.near(mark, likeness.fingerprint(one.body)):
            yield "body", f"与 {one.id}“{one.title[:20]}”几乎相同"
            return


def _no_duty(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if not entry.duty and entry.letter is None:
        yield "duty", "不对应任何公开事项"


def _wrong_dates(entry: Entry, _: Sequence[Entry], today: date) -> Iterator[tuple[str, str]]:
    if entry.published < entry.created:
        yield "published", f"发布日期{entry.published}早于形成日期{entry.created}"
    if entry.published > today:
        yield "published", f"发布日期{entry.published}还没有到"


def _burst(entry: Entry, others: Sequence[Entry], _: date) -> Iterator[tuple[str, str]]:
    if (entry.published + timedelta(1)).day != 1:
        return
    same = [
        one
        for one in others
        if (one.published, one.publisher) == (entry.published, entry.publisher)
    ]
    if len(same) + 1 > MAX_LAST_DAY_ENTRIES:
        yield "published", f"{entry.published}是月末，同一单位这天发布了{len(same) + 1}条"


def _same_reply(entry: Entry, others: Sequence[Entry], _: date) -> Iterator[tuple[str, str]]:
    if entry.letter is None:
        return
    same = [one for one in others if one.letter is not None and one.body == entry.body]
    if len(same) + 1 > MAX_SAME_REPLIES:
        yield "body", f"同样的答复用了{len(same) + 1}次"


def _reply_before_letter(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if entry.letter is not None and entry.published < entry.letter:
        yield "published", f"答复日期{entry.published}早于来信日期{entry.letter}"


def _made_up_writer(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if _NOBODY.fullmatch(entry.writer.strip()):
        yield "writer", f"来信人“{entry.writer}”像是编造的"


def _empty_attachment(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    for number, size in enumerate(entry.attachments):
        if not size:
            yield f"attachments[{number}]", "附件打不开" if size is None else "附件是空的"


def _title_again(entry: Entry, _: Sequence[Entry], __: date) -> Iterator[tuple[str, str]]:
    if entry.body.strip(" 。.\n") == entry.title.strip(" 。.\n"):
        yield "body", "正文只是把标题重复了一遍"


RULES: tuple[tuple[str, Check, str], ...] = (
    ("padding.nothing", _says_nothing, "写出内容；确实没有可公开的，登记为“本期无”"),
    ("padding.publisher", _no_publisher, "写明发布单位全称"),
    ("padding.copy", _near_copy, "写这一次的内容，或者不发布"),
    ("padding.duty", _no_duty, "选择它所对应的公开事项"),
    ("padding.dates", _wrong_dates, "核对日期"),
    ("padding.burst", _burst, "平时随办随发，不要月末突击"),
    ("padding.same-reply", _same_reply, "针对来信分别答复"),
    ("padding.reply-before-letter", _reply_before_letter, "核对来信和答复的日期"),
    ("padding.writer", _made_up_writer, "只公开真实来信，可以隐去姓名"),
    ("padding.attachment", _empty_attachment, "重新上传附件"),
    ("padding.title", _title_again, "写出正文"),
)
