"""Items are found by what people type, the best first, and never without the ten nearest."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocol.catalogue.finding.index import By, index_of
from protocol.catalogue.finding.search import NEAREST, search
from tests.protocol.catalogue.finding.conftest import ITEMS, entries

INDEX = index_of(entries())
DIBAO, WUBAO, CARE, CARD, AGED, GREEN = (code for code, *_ in ITEMS)


def hits(query: str) -> list[tuple[str, By]]:
    return [(one.named.item, one.by) for one in search(INDEX, query).hits]


def near(query: str) -> list[str]:
    found = search(INDEX, query)
    assert found.hits == ()
    return [one.named.item for one in found.near]


@pytest.mark.parametrize(
    ("query", "item", "by"),
    [
        ("低保", DIBAO, By.ALIAS),
        ("最低生活保障", DIBAO, By.NAME),
        ("dibao", DIBAO, By.PINYIN),
        ("DiBao", DIBAO, By.PINYIN),
        ("ｄｉｂａｏ", DIBAO, By.PINYIN),
        ("dī bǎo", DIBAO, By.PINYIN),
        ("di'bao", DIBAO, By.PINYIN),
        ("db", DIBAO, By.PINYIN),
        ("dib", DIBAO, By.PINYIN),
        ("dbao", DIBAO, By.PINYIN),
        ("zdshbz", DIBAO, By.PINYIN),
        ("zuidish", DIBAO, By.PINYIN),
        ("低bao", DIBAO, By.ALIAS),
        ("《低保》", DIBAO, By.ALIAS),
        ("低\u200b保", DIBAO, By.ALIAS),
        ("451423-005", DIBAO, By.CODE),
        ("４５１４２３－００５", DIBAO, By.CODE),
        ("五保", WUBAO, By.ALIAS),
        ("wb", WUBAO, By.PINYIN),
        ("zdcj", CARE, By.PINYIN),
        ("cdcj", CARE, By.PINYIN),
        ("chongdu", CARE, By.PINYIN),
        ("zhongdu", CARE, By.PINYIN),
        ("yinhangka", CARD, By.PINYIN),
        ("yxk", CARD, By.PINYIN),
        ("80岁", AGED, By.NAME),
        ("80 高龄", AGED, By.NAME),
        ("csq", AGED, By.PINYIN),
        ("a-31", GREEN, By.CODE),
        ("lvse", GREEN, By.PINYIN),
        ("老年人证绿色", GREEN, By.NAME),
    ],
)
def test_a_query_finds_its_item_first(query: str, item: str, by: By) -> None:
    assert hits(query)[0][0] == item
    assert hits(query)[0][1] in (by, By.PINYIN)


def test_a_department_brings_all_its_items() -> None:
    assert [code for code, _ in hits("民政")] == [DIBAO, WUBAO, AGED]
    assert {by for _, by in hits("mzj")} == {By.DEPARTMENT}
    assert [code for code, _ in hits("民政局 高龄")] == [AGED]


def test_the_whole_alias_comes_before_a_beginning_and_a_piece() -> None:
    names = {"1": "老低保户慰问", "2": "低保户搬迁", "3": "低保"}
    made = index_of(entries(*((code, name, [], "") for code, name in names.items())))
    for query in ("低保", "db"):
        assert [one.named.item for one in search(made, query).hits] == ["3", "2", "1"]


def found(query: str, *items: tuple[str, str]) -> list[str]:
    """The codes of what fits, or else of what is near."""
    index = index_of(entries(*((code, name, list[str](), "") for code, name in items)))
    answer = search(index, query)
    return [one.named.item for one in answer.hits or answer.near]


def test_the_whole_code_comes_before_a_beginning_and_a_piece() -> None:
    items = (("310", "护照"), ("100", "签证办理"), ("10", "居民身份证换领补领"))
    assert found("10", *items) == ["10", "100", "310"]


def test_of_two_that_fit_alike_the_shorter_name_comes_first_and_then_the_code() -> None:
    items = (("1", "残疾人两项补贴申请"), ("2", "残疾人证"), ("3", "残疾人卡"))
    assert found("残疾人", *items) == ["2", "3", "1"]


def test_what_a_word_may_be_short_for_is_nearer_than_what_has_its_characters() -> None:
    items = (("1", "卡式社保缴费"), ("2", "社会保障卡办理"))
    assert found("社保卡", *items) == ["2", "1"]


def test_every_word_has_to_fit() -> None:
    assert hits("残疾 补贴") == [(CARE, By.NAME)]
    assert hits("残疾 低保") == []


def test_a_syllable_is_entered_at_its_beginning() -> None:
    assert (DIBAO, By.PINYIN) not in hits("ibao")
    assert (DIBAO, By.PINYIN) not in hits("ao")


def test_one_letter_is_the_initial_of_a_whole_name() -> None:
    assert [code for code, by in hits("t") if by is By.PINYIN] == [WUBAO]


def test_without_a_word_everything_is_listed_by_code() -> None:
    assert [code for code, _ in hits(" ")] == [code for code, *_ in ITEMS]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("低宝", DIBAO),  # another character
        ("最底生活保章", DIBAO),
        ("zuidisenguo", DIBAO),  # sh and n as they are heard, and a slip
        ("canjihuli butei", CARE),
        ("残疾护补", CARE),  # short for
        ("社保卡", CARD),
        ("高零津贴", AGED),
    ],
)
def test_what_is_misspelt_brings_the_nearest_first(query: str, first: str) -> None:
    assert near(query)[0] == first


@pytest.mark.parametrize("query", ["鑫", "xyzzy", "。。。", "𠮷", "🙂", "'", "-", "\u200b"])
def test_nothing_found_is_never_all_that_is_said(query: str) -> None:
    assert sorted(near(query)) == [code for code, *_ in ITEMS]


def test_the_nearest_are_ten() -> None:
    many = index_of(entries(*((f"n{n:02}", f"第{n}种补贴", [], "") for n in range(12))))
    found = search(many, "鑫")
    assert found.hits == ()
    assert len(found.near) == NEAREST == 10
    assert len({one.named.item for one in found.near}) == 10


def test_an_empty_catalogue_finds_nothing() -> None:
    assert search(index_of({}), "低保").near == ()


def test_what_stands_in_brackets_of_a_pattern_is_only_text() -> None:
    for query in ("[", "(a", "a.*", "\\", "a{9}", "^$"):
        search(INDEX, query)


@given(st.text(max_size=60))
@example("\ud7fc")  # a letter to a regular expression, and none to Python's text
def test_whatever_is_typed_there_is_an_answer(query: str) -> None:
    found = search(INDEX, query)
    assert (found.hits == ()) == (found.near != ())
    assert len(found.hits) <= len(ITEMS)
    codes = [one.named.item for one in (*found.hits, *found.near)]
    assert len(codes) == len(set(codes))


@given(st.sampled_from(ITEMS), st.integers(0, 8), st.integers(1, 8))
def test_each_piece_of_a_name_finds_it(
    item: tuple[str, str, list[str], str], at: int, size: int
) -> None:
    code, name, *_ = item
    piece = name[at : at + size].strip("（）")
    if piece:
        assert code in [found for found, _ in hits(piece)]


def test_items_of_an_odd_shape_are_found_by_their_name() -> None:
    odd = {"name": "x", "aliases": [7, "低保"], "department": 5}
    index = index_of({"a": json.dumps(odd).encode()})
    assert [one.named.item for one in search(index, "低保").hits] == ["a"]


def test_what_is_typed_beyond_fifty_characters_or_four_words_does_not_count() -> None:
    assert hits("低" + " " * 48 + "保残")[0][0] == DIBAO
    assert hits("低" + " " * 48 + "残") == []
    assert hits("低保 " * 4 + "残疾") == []  # the same word again is one
    assert hits("低 保 di bao 残疾")[0][0] == DIBAO
    assert hits("低 保 d 残疾") == []
