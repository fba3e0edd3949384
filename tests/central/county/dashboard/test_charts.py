"""Charts are drawn without a script, and say in words what they show."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from central.county.dashboard import pages
from central.county.dashboard.calls import Group

_FOLDER = Path(pages.__file__).parent / "templates"


def drawn(*counts: int) -> str:
    env = Environment(loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=True)
    env.globals["_"] = lambda text: text
    charts = env.get_template("dashboard/charts.html").make_module()
    groups = [Group(key=f"d{n}", name=f"n{n}", count=count) for n, count in enumerate(counts)]
    return str(charts.columns("days", "每日收件", "共收", groups)) + str(  # type: ignore[attr-defined]
        charts.bars("事项", groups)  # type: ignore[attr-defined]
    )


def test_a_column_for_each_day_the_highest_as_high_as_the_chart_and_none_for_nothing() -> None:
    chart = drawn(0, 5, 10)
    heights = re.findall(r'height="([0-9.]+)" fill="#1f4e79"><title>', chart)
    assert heights == ["0.0", "70.0", "140.0"]
    assert 'role="img" aria-labelledby="days-title days-desc"' in chart
    assert "<title>d1：5</title>" in chart
    assert "script" not in chart


def test_days_without_anything_are_drawn_too() -> None:
    for count in (1, 7, 30, 90, 366):
        assert drawn(*[0] * count).count("<rect") == 2 * count
