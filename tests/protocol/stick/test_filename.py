"""Names that every system takes, with nothing lost that people see."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocol.stick.filename import MAX_BYTES, MAX_CHARS, numbered, portable_name

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("身份证.jpg", "身份证.jpg"),
        ('a?b*c:d"e<f>g|h\\i/j.pdf', "a_b_c_d_e_f_g_h_i_j.pdf"),
        ("..", "附件"),
        (".", "附件"),
        ("", "附件"),
        (" . ", "附件"),
        ("批复.", "批复"),
        ("批复 .pdf", "批复.pdf"),
        (" 批复.pdf ", "批复.pdf"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("LPT¹.pdf", "_LPT¹.pdf"),
        ("constant.pdf", "constant.pdf"),
        ("a\x00b\nc\x7f.jpg", "abc.jpg"),
        ("批\u200b复\u202efdp.exe", "批复fdp.exe"),
        ("\ufeff批复.pdf", "批复.pdf"),
        ("e\u0301.jpg", "é.jpg"),
        ("𠮷\ue000\U0002ebf0.jpg", "𠮷\ue000\U0002ebf0.jpg"),
        ("\udcb8\udcdf.jpg", ".jpg"),
        (".hidden", ".hidden"),
        (f"全家{FAMILY}.jpg", f"全家{FAMILY}.jpg"),
    ],
)
def test_a_name_is_made_portable(name: str, safe: str) -> None:
    assert portable_name(name) == safe


def test_at_the_limit_a_name_stays_and_one_more_is_cut() -> None:
    name = "a" * (MAX_CHARS - 4) + ".pdf"
    assert portable_name(name) == name
    assert portable_name("a" + name) == name
    wide = "批" * 78 + ".pdf"
    assert len(wide.encode()) == 238
    assert portable_name(wide) == wide
    assert portable_name("批" * 79 + ".pdf") == wide


@pytest.mark.parametrize("ending", ["x" * 13, "x" * 100, "名" * 100])
def test_an_ending_that_is_none_is_part_of_the_stem(ending: str) -> None:
    assert portable_name(f"a.{ending}") == f"a.{ending}"[:MAX_CHARS].encode()[:MAX_BYTES].decode(
        errors="ignore"
    )


@pytest.mark.parametrize("piece", [FAMILY, "🇨🇳", "👍🏽", "e\u0323\u0301"])
def test_a_picture_is_not_cut_in_two(piece: str) -> None:
    for before in range(90, MAX_CHARS + 1):
        cut = portable_name("a" * before + piece * 3).lstrip("a")
        assert cut.replace(unicodedata.normalize("NFC", piece), "") == ""


def test_a_number_stands_before_the_ending() -> None:
    assert numbered("批复.pdf", 2) == "批复-2.pdf"
    assert numbered("批复", 12) == "批复-12"
    long = numbered("批" * 90 + ".pdf", 3)
    assert long.endswith("批-3.pdf")
    assert len(long.encode()) <= MAX_BYTES


@given(st.text())
@example("." * 300 + "pdf")
@example("con." + "x" * 300)
def test_any_text_becomes_a_name_that_stays_one(text: str) -> None:
    name = portable_name(text)
    assert 0 < len(name) <= MAX_CHARS
    assert len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name == name.rstrip(". ")
    assert name not in (".", "..")
