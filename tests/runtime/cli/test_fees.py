"""The file of facts, and the sheet as a person reads it."""

from pathlib import Path

import pytest

from protocol.catalogue.fees.told import FeeSheet, FeeStep, ItemFee
from protocol.errors import FeeFactsError, FileUnreadableError
from runtime.cli.fees import MAX_FACTS_BYTES, fee_lines, read_facts_file


def written(folder: Path, content: bytes) -> Path:
    path = folder / "facts.json"
    path.write_bytes(content)
    return path


def test_facts_are_read_with_a_mark_at_their_beginning(tmp_path: Path) -> None:
    assert read_facts_file(written(tmp_path, b'\xef\xbb\xbf{"area": 10}')) == {"area": 10}


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    largest = b'{"area": 10}'.ljust(MAX_FACTS_BYTES)
    assert read_facts_file(written(tmp_path, largest)) == {"area": 10}
    with pytest.raises(FileUnreadableError):
        read_facts_file(written(tmp_path, largest + b" "))


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1, "a": 2}', b"[" * 100])
def test_what_is_no_object_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises((FeeFactsError, FileUnreadableError)):
        read_facts_file(written(tmp_path, content))


def test_a_sheet_is_told_line_by_line() -> None:
    sheet = FeeSheet(
        collector="县公安局",
        basis="文号",
        steps=(FeeStep(words="丢失补领", yuan="40"),),
        total_fen=4000,
    )
    fee = ItemFee(item="451423-059", release=3, day="2026-03-01", total=sheet.total, sheet=sheet)
    assert list(fee_lines(fee)) == [
        "451423-059 县公安局（文号）",
        "  丢失补领：40元",
        "合计：40.00元（2026-03-01，目录版本 3）",
    ]
