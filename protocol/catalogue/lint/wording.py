"""How a catalogue reads: long sentences, lists that never end, double negation, padding.

Source: domain knowledge of service guides; docs/lint.md.
"""

import re
from collections.abc import Iterator

from protocol.catalogue.lint.look import Fault, Look, text_at

MAX_SENTENCE_CHARS = 40  # what somebody reads in one breath

_ENDS = re.compile(r"[。！？；!?;\n]")
_OPEN = re.compile(
    r"(?<![平同高初中优一二三四上下头何均对相不劣])等(?![级级候待同额价于离次])"
    r"|其[他它](?:[相有]关|必[要须]|所需|需要)*的?(?:材料|资料|证明|证件|文件|手续)"
    r"|(?:[相有]关|必要|所需)的?(?:材料|资料|证明|证件|手续)|(?:视|根据)(?:具体)?情况"
)
_GAP = r"[^\x21\x2c\x3b\x3f，。；！？不未无非]"  # no mark, half or full width, nor another denial
_NO = r"(?:[不](?![动良足利当少同])|[未](?![成][年]))"  # 不动产 and 未成年人 deny nothing
_COMMA, _MAY = r"[，\x2c]?", "(?:[得予能可准]|[允][许])"
_DOUBLE = re.compile(
    rf"[不无]得不|不[能可会]不|无{_NO}|并非[没无不]|不是[没无不]|没有{_NO}"
    rf"|非{_GAP}{{1,12}}不[得可能]"
    rf"|{_NO}{_GAP}{{1,12}}{_COMMA}不{_MAY}"
)
_PADDING = re.compile(
    r"(?:无公开信息|(?:暂无|无)(?:信息|内容)?|没有|略|同上|测试|待定|待补充|待完善|另行通知|详见(?:附件|窗口)"
    r"|[xX×*?？.。…/\-—]+|TODO|todo|test)[。.！!]?"
)
_SAMPLE = re.compile(r"测试|示范事项|[xX×]{2,}|某某|TODO|todo|张三|李四")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without the marks that end them."""
    return (one for part in _ENDS.split(text) if (one := part.strip()))


def is_padding(text: str) -> bool:
    """Whether a text says nothing, as 略、暂无 or 详见附件 do."""
    return _PADDING.fullmatch(text.strip()) is not None


def long_sentence(look: Look) -> Iterator[Fault]:
    """More than 40 characters in one breath."""
    for place, text in look.words:
        if len(text) <= MAX_SENTENCE_CHARS:
            continue
        for one in sentences(text):
            if len(one) > MAX_SENTENCE_CHARS:
                yield place, f"“{one[:12]}……”这一句有{len(one)}个字，超过{MAX_SENTENCE_CHARS}个"


def open_ended(look: Look) -> Iterator[Fault]:
    """With 等 or 其他相关材料 nobody knows what to bring."""
    for place, material in look.materials:
        for key in ("name", "hint"):
            if found := _OPEN.search(text_at(material, key)):
                yield f"{place}.{key}", f"“{found[0]}”没有说清要交什么"


def double_negation(look: Look) -> Iterator[Fault]:
    """不符合……的不予受理 has to be read twice."""
    for place, text in look.words:
        if found := _DOUBLE.search(text):
            yield place, f"“{found[0]}”是双重否定"


def padding(look: Look) -> Iterator[Fault]:
    """A text that is there only to fill its place."""
    for place, text in look.words:
        if is_padding(text):
            yield place, f"“{text[:20]}”等于没有写"


def sample_text(look: Look) -> Iterator[Fault]:
    """测试 or XX left behind from a draft."""
    for place, text in look.words:
        if (found := _SAMPLE.search(text)) and not is_padding(text):
            yield place, f"“{found[0]}”像是草稿里的占位文字"
