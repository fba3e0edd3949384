"""A document says what its template and facts say, in the same bytes each time, or is not made."""

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.county.documents.drawing.breaking import _NEVER_FIRST, _NEVER_LAST, broken
from central.county.documents.drawing.composing import Composed, compose, number_text
from central.county.documents.drawing.facts import NAMES, DocumentFacts
from central.county.documents.drawing.fonts import Font, font_of, own_font
from central.county.documents.drawing.pdf import DRAFT_MARK, TO_BE_SEALED, pdf_of
from protocol.catalogue.templates.built_in import BUILT_IN
from protocol.catalogue.templates.kinds import OF_NUMBER, REQUIRED, SLOTS, DocumentKind
from protocol.errors.documents import (
    FactMissingError,
    FactWrongError,
    FontUnreadableError,
    GlyphMissingError,
)
from protocol.limits import MAX_FAULTS, MAX_NOTE_CHARS
from tests.central.county.documents.facts import DAY, every_fact, every_given

NUMBER = "样民受字〔2026〕第 12 号"


@pytest.fixture(scope="module")
def own() -> Font:
    return font_of(None)


@pytest.fixture
def font(small_font: Path) -> Font:
    return font_of(small_font)


def composed(kind: DocumentKind, facts: DocumentFacts) -> Composed:
    return compose(kind, BUILT_IN[kind], facts, number_text(BUILT_IN[kind], "样民", DAY, 12))


def words_of(data: bytes) -> str:
    """All that can be read in a PDF, without what parts lines."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    read = "".join("".join(page.extract_text().split()) for page in pages)
    return read.replace("\0", "")  # pypdf takes the first of two bytes for a sign, too


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_word_of_a_document_can_be_read_in_its_pdf(kind: DocumentKind, font: Font) -> None:
    facts = every_fact()
    words = composed(kind, facts)
    read = words_of(pdf_of(words, DAY, font, sealed=False))
    for line in (words.header, words.title, words.number, *words.paragraphs, words.signed):
        assert "".join(line.split()) in read
    assert "2026年11月30日" in read
    assert TO_BE_SEALED in read
    assert DRAFT_MARK not in read
    for slot in REQUIRED[kind]:
        said = facts.words()[slot]
        for one in said if isinstance(said, tuple) else (said,):
            assert "".join(one.split()) in read


def test_a_draft_says_so_and_what_a_system_seals_does_not_wait_for_a_stamp(font: Font) -> None:
    words = composed(DocumentKind.ACCEPTED, every_fact())
    assert DRAFT_MARK in words_of(pdf_of(words, DAY, font, sealed=False, draft=True))
    assert TO_BE_SEALED not in words_of(pdf_of(words, DAY, font, sealed=True))


_AGAIN = """
import sys
from pathlib import Path
from central.county.documents.drawing.fonts import font_of
from central.county.documents.drawing.pdf import pdf_of
from protocol.catalogue.templates.kinds import DocumentKind
from tests.central.county.documents.facts import DAY, every_fact
from tests.central.county.documents.test_pdf import composed
words = composed(DocumentKind.CORRECTION, every_fact())
sys.stdout.buffer.write(pdf_of(words, DAY, font_of(Path(sys.argv[1])), sealed=False))
"""


def test_the_same_facts_give_the_same_bytes_in_another_process_and_zone(font: Font) -> None:
    first = pdf_of(composed(DocumentKind.CORRECTION, every_fact()), DAY, font, sealed=False)
    elsewhere = {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "PATH": "", "PYTHONPATH": "."}
    root = Path(__file__).parents[4]
    again = subprocess.run(
        [sys.executable, "-c", _AGAIN, font.path],
        capture_output=True,
        check=True,
        env=elsewhere,
        cwd=root,
    )
    assert again.stdout == first
    other = composed(DocumentKind.CORRECTION, every_fact(补正期限="2026-12-01"))
    assert pdf_of(other, DAY, font, sealed=False) != first


def test_what_a_document_must_say_and_is_not_known_stops_it() -> None:
    with pytest.raises(FactMissingError, match="救济途径、理由"):
        composed(DocumentKind.REFUSED, replace(every_fact(), reasons="", remedy=""))
    own = replace(BUILT_IN[DocumentKind.TRANSFERRED], body=("{申请人}{事项}{去向}{联系电话}",))
    with pytest.raises(FactMissingError, match="联系电话"):  # beside what must be said
        compose(DocumentKind.TRANSFERRED, own, replace(every_fact(), phone=""), NUMBER)
    newer = replace(BUILT_IN[DocumentKind.ACCEPTED], body=("{将来的事}",))
    with pytest.raises(FactMissingError, match="将来的事"):
        compose(DocumentKind.ACCEPTED, newer, every_fact(), NUMBER)


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_a_document_must_say_is_enough_for_it(kind: DocumentKind) -> None:
    least = DocumentFacts(department="样例局", short_name="样", day=DAY, remedy="")
    given = {slot: value for slot, value in every_given().items() if slot in REQUIRED[kind]}
    said = "\n".join(composed(kind, least.with_given(given)).paragraphs)
    for slot in REQUIRED[kind]:
        words = every_fact().words()[slot]
        assert all(one in said for one in (words if isinstance(words, tuple) else (words,)))


def test_a_paragraph_whose_fact_is_not_known_is_left_out() -> None:
    whole = composed(DocumentKind.ACCEPTED, every_fact()).paragraphs
    less = composed(DocumentKind.ACCEPTED, replace(every_fact(), phone="", materials=()))
    gone = set(whole) - set(less.paragraphs)
    assert gone == {"联系电话：0771-8810000", "1. 居民身份证复印件", "2. 救助申请书"}


def test_a_character_without_a_sign_stops_the_document_and_is_named(own: Font) -> None:
    words = composed(DocumentKind.ACCEPTED, every_fact(申请人="样\U00020bb7\U000312d0"))
    with pytest.raises(GlyphMissingError, match=r"“𠮷”（U\+20BB7）、“\U000312d0”（U\+312D0）"):
        pdf_of(words, DAY, own, sealed=False)


def test_every_character_that_a_county_writes_daily_has_a_sign(own: Font) -> None:
    every = bytes(range(256))
    gb2312 = [bytes((high, low)) for high in every[0xB0:0xF8] for low in every[0xA1:0xFF]]
    own.require("".join(one.decode("gb2312", "ignore") for one in gb2312) + "㛃䶮镕堃喆赟")


def test_a_font_that_is_none_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "仿宋.ttf"
    for path in (bad, tmp_path / "none.ttf"):
        bad.write_bytes(b"no font")
        with pytest.raises(FontUnreadableError, match=path.name):
            font_of(path)
    assert font_of(own_font()) == font_of(None)


WRONG: list[dict[str, Any]] = [
    {"申请入": "样福丽"},
    {"补正期限": "明天"},
    {"理由": 7},
    {"理由": "看\u200b不见"},
    {"理由": "长" * (MAX_NOTE_CHARS + 1)},
    {"问题清单": ["差"] * (MAX_FAULTS + 1)},
    {"问题清单": [1]},
    {"序号": "13"},
]


@pytest.mark.parametrize("given_facts", WRONG)
def test_a_fact_that_is_none_is_refused(given_facts: dict[str, Any]) -> None:
    with pytest.raises(FactWrongError):
        every_fact().with_given(given_facts)


def test_facts_are_called_as_templates_call_them() -> None:
    assert SLOTS.keys() - OF_NUMBER - {"文号"} == NAMES.keys()
    longest = every_fact(理由="长" * MAX_NOTE_CHARS, 问题清单=["差"] * MAX_FAULTS)
    assert len(longest.faults) == MAX_FAULTS
    assert every_fact().words()["证件号码"] == "451423********0072"
    hidden = replace(every_fact(), applicant_id="451423199912310072").words()["证件号码"]
    assert hidden == "4514**********0072"
    assert replace(every_fact(), due=date(2026, 12, 1)).words()["办结日期"] == "2026年12月1日"


texts = st.text(st.sampled_from("你我他申请，。；：（）《》“”〔〕2026-ab 、"), max_size=60)


@settings(max_examples=200)
@given(text=texts, width=st.integers(3, 30), first=st.sampled_from(["", "　　"]))
def test_lines_lose_nothing_and_break_where_they_may(text: str, width: int, first: str) -> None:
    lines = broken(text, width, len, first)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for before, line in pairs(lines):
        may = line[0] not in _NEVER_FIRST and before[-1] not in _NEVER_LAST
        assert may or len(before.strip()) <= 1 or all(one in _NEVER_FIRST for one in before[1:])


def pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    return zip(lines, (line for line in lines[1:] if line), strict=False)
