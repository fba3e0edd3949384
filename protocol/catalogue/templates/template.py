"""A template: the words of one kind of document, with named places for the facts of a case.

It holds text alone. There is no place for a picture, so nobody can paste that of a seal.

Source: docs/documents.md, "Templates".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from protocol.catalogue.documents import Document
from protocol.catalogue.items.bounds import MAX_LINE_CHARS, MAX_NAME_CHARS, MAX_TEXT_CHARS
from protocol.catalogue.items.records import Count, Record, read_record
from protocol.catalogue.items.rules import WRONG, Place, Text, Wrong
from protocol.catalogue.templates.kinds import (
    KIND_WORDS,
    OF_NUMBER,
    REQUIRED,
    SLOTS,
    DocumentKind,
)

MAX_PARAGRAPHS = 30  # of one template: a long decision has about 15
VERSION = "version"
_SLOT = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[{}]")
_PICTURES = re.compile(r"data:image|<img|图片|图像|印章|公章|签章图|章图|image|seal", re.IGNORECASE)
_Paragraph = Annotated[str, Text(MAX_TEXT_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Record):
    """Of one kind of document."""

    title: Annotated[str, Text(MAX_NAME_CHARS)]
    number: Annotated[str, Text(MAX_LINE_CHARS)]  # 样民受字〔{年份}〕第 {序号} 号
    body: Annotated[tuple[_Paragraph, ...], Count(MAX_PARAGRAPHS, 1)]
    header: Annotated[str, Text(MAX_LINE_CHARS)] = "{机关}"


def slots_of(text: str) -> tuple[str, ...]:
    """The facts that a text names, in their order."""
    return tuple(_SLOT.findall(text))


def pieces_of(text: str) -> Iterator[tuple[str, str]]:
    """What stands between the facts that a text names, each with the fact behind it."""
    end = 0
    for found in _SLOT.finditer(text):
        yield text[end : found.start()], found[1]
        end = found.end()
    yield text[end:], ""


def is_open(template: Template) -> bool:
    """Whether it leaves open whose document it is: it names nobody over it and in its number."""
    return "机关" in slots_of(template.header) and "简称" in slots_of(template.number)


def read_template(kind: DocumentKind, raw: object, place: Place) -> Template | Wrong:
    """A template from a file; WRONG after each fault was noted.

    Its version is given at publishing, and counts for nothing in a file. In a release a newer
    program may have named facts that are not known here: whoever makes such a document is told.
    """
    if isinstance(raw, dict):
        raw = {key: value for key, value in raw.items() if key != VERSION}
    found = read_record(Template, raw, place)
    if found is WRONG:
        return found
    faults = [] if place.lenient else list(_faults(kind, found))
    for at, code, reason, todo in faults:
        (place.elsewhere(f"{place.path}.{at}") if at else place).fault(code, reason, todo)
    return WRONG if faults else found


def version_of(raw: Document) -> int:
    """The version of a template as a release holds it."""
    found = raw.get(VERSION, 0)
    return found if type(found) is int else 0


_Fault = tuple[str, str, str, str]  # where, code, what is wrong, what to do


def _faults(kind: DocumentKind, template: Template) -> Iterator[_Fault]:
    body = [(f"body[{n}]", text) for n, text in enumerate(template.body)]
    lines = [("title", template.title), ("header", template.header), *body]
    yield from _number_faults(template.number)
    for at, text in lines:
        yield from _text_faults(at, text, OF_NUMBER)
    for at, text in body:
        yield from _list_faults(at, text)
    named = {slot for _, text in lines for slot in slots_of(text)}
    for missing in sorted(REQUIRED[kind] - named):
        reason = f"{KIND_WORDS[kind]}没有写明“{missing}”"
        yield "", "template-missing", reason, f"在正文里写上 {{{missing}}}"


def _number_faults(number: str) -> Iterator[_Fault]:
    yield from _text_faults("number", number, SLOTS.keys() - OF_NUMBER - {"简称"})
    for missing in sorted(OF_NUMBER - set(slots_of(number))):
        todo = "写成 {简称}受字〔{年份}〕第 {序号} 号 的样子"
        yield "number", "template-missing", f"文号里没有“{missing}”", todo


def _text_faults(at: str, text: str, elsewhere: frozenset[str] | set[str]) -> Iterator[_Fault]:
    if _STRAY.search(_SLOT.sub("", text)):
        yield at, "template-slot", "有不成对的花括号", "事实写成 {申请人} 的样子"
    if _PICTURES.search("".join((*slots_of(text), *re.findall("data:image|<img", text)))):
        words = "文书里不能贴图：印章只能由电子印章系统加盖，或打印后盖章"
        yield at, "template-picture", words, "删去"
        return
    for slot in slots_of(text):
        if slot not in SLOTS:
            yield (
                at,
                "template-slot",
                f"没有“{slot[:20]}”这项事实",
                "核对写法，见 docs/documents.md",
            )
        elif slot in elsewhere:
            yield at, "template-slot", f"“{slot}”不能写在这里", "年份和序号只写在文号里"


def _list_faults(at: str, text: str) -> Iterator[_Fault]:
    for slot in slots_of(text):
        if slot in SLOTS and SLOTS[slot].is_list and text.strip() != f"{{{slot}}}":
            yield at, "template-slot", f"“{slot}”要单独成段", "前后的话另起一段"
