"""The table of ``doctor`` is that of the program, and each of its faults is made in a test."""

import re
from pathlib import Path

import pytest

from runtime.doctor.table import FAULTS

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `([a-z.-]+)` \| (\w+) \| .+ \| (perhaps|nothing) \|$", re.MULTILINE)


def test_the_table_says_what_the_program_says() -> None:
    rows = _ROW.findall((ROOT / "docs" / "monitoring.md").read_text("utf-8"))
    lost = {True: "perhaps", False: "nothing"}
    assert rows == [(code, one.severity.value, lost[one.lost]) for code, one in FAULTS.items()]


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_made_in_a_test(code: str) -> None:
    names = ("doctor/test_*.py", "test_doctor.py", "test_watching.py")
    tests = [path for name in names for path in (ROOT / "tests").rglob(name)]
    assert any(f'"{code}"' in path.read_text("utf-8") for path in tests)


def test_each_says_what_to_do_in_chinese() -> None:
    for one in FAULTS.values():
        assert one.step.endswith("。")
        assert re.search("[\u4e00-\u9fff]", one.words)
