"""What pages send to a browser, one of 2020 (Chromium 86) understands; what it can't is no loss."""

import re
from importlib import resources

import pytest

STATIC = resources.files("runtime.web").joinpath("static")
_FILES = [one for one in STATIC.iterdir() if not one.name.startswith("htmx")]


def _all(ending: str) -> str:
    return "\n".join(one.read_text("utf-8") for one in _FILES if one.name.endswith(ending))


CSS = re.sub(r"/\*.*?\*/", "", _all(".css"), flags=re.DOTALL)
JS = _all(".js")
NEWER_CSS = (
    *(":has(", ":is(", ":where(", ":not(:not", "@container", "@layer", "@scope", "@supports not"),
    *("color-mix(", "oklch(", "light-dark(", "aspect-ratio", "inset:", "subgrid", "dvh", "svh"),
    *("text-wrap", "scrollbar-gutter", "overflow: clip", "translate:", "&"),
)
NEWER_JS = (
    *(".at(", "replaceAll(", "structuredClone", "findLast", "??=", "||=", "&&=", ".hasOwn("),
    *("import ", "export ", "static {", "showModal", "popover", "#private"),
)


@pytest.mark.parametrize("feature", NEWER_CSS)
def test_the_style_needs_nothing_newer(feature: str) -> None:
    assert feature not in CSS


@pytest.mark.parametrize("feature", NEWER_JS)
def test_the_script_needs_nothing_newer(feature: str) -> None:
    assert feature not in JS


def test_no_rule_is_nested_in_another() -> None:
    flat = re.sub(r"@media[^{]*{((?:[^{}]*{[^{}]*})*)[^{}]*}", r"\1", CSS)
    assert "{" not in re.sub(r"{[^{}]*}", "", flat)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "http" not in CSS + JS
    assert "url(" not in CSS
