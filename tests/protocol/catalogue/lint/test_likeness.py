"""Fingerprints of texts: near for near texts, far for others."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.lint.likeness import BITS, NEAR_BITS, fingerprint, near
from tests.builders.catalogue.catalogue_items import GOOD

_TEXT = "低保对象每月二十五日前由县财政局通过银行卡发放，节假日顺延，名单在村务公开栏公示七天。"


@given(st.text())
def test_a_fingerprint_has_64_bits_and_is_near_itself(text: str) -> None:
    assert 0 <= fingerprint(text) < 2**BITS
    assert near(fingerprint(text), fingerprint(text))


def test_blanks_and_marks_do_not_count() -> None:
    assert fingerprint(_TEXT) == fingerprint(_TEXT.replace("，", "、 ") + "！")


def test_a_changed_date_leaves_a_long_text_near() -> None:
    long = _TEXT * 4
    assert near(fingerprint(long), fingerprint(long.replace("二十五", "二十六", 1)))


def test_other_texts_are_far() -> None:
    texts = [_TEXT, *(node["procedure"] * 4 for node in GOOD["flow"]), "由乡镇核对名单" * 5]
    assert not any(near(fingerprint(a), fingerprint(b)) for a, b in combinations(texts, 2))


def test_exactly_so_many_bits_may_differ() -> None:
    assert near(0, (1 << NEAR_BITS) - 1)
    assert not near(0, (1 << NEAR_BITS + 1) - 1)
