"""The numbers that the documents and the example rules name are those that the programs tell."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FAMILY = re.compile(r'(?:gauges?|counter|Counts|Histogram)\(\s*"([a-z_]+)"')
_RULE = re.compile(r"yizhan_[a-z_]+")


def told() -> set[str]:
    """As the source names them."""
    sources = [*(ROOT / "central").rglob("*.py"), *(ROOT / "station_agent").rglob("*.py")]
    return {
        f"yizhan_{name}" for path in sources for name in _FAMILY.findall(path.read_text("utf-8"))
    }


def test_every_number_is_explained_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(yizhan_[a-z_]+)` \|",
        (ROOT / "docs" / "monitoring.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(rows) == len(set(rows)) > 30
    assert set(rows) == told()


def test_the_example_rules_name_numbers_that_there_are() -> None:
    text = (ROOT / "examples" / "prometheus" / "alerts.yml").read_text("utf-8")
    named = {name.removesuffix("_bucket") for name in _RULE.findall(text)}
    assert len(named) > 10
    assert named <= told()
