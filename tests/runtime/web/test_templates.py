"""What templates have beside Jinja's own."""

import pytest

from runtime.web.language import CHINESE, ENGLISH
from runtime.web.templates import Templates


@pytest.mark.parametrize(
    ("language", "shown"), [(CHINESE, "2、&lt;b&gt;"), (ENGLISH, "2, &lt;b&gt;")]
)
def test_what_stands_together_may_be_anything_and_is_escaped(language: str, shown: str) -> None:
    environment = Templates(()).environments[language]
    page = environment.from_string("{{ parts|together }}")
    assert page.render(parts=[2, "<b>"]) == shown
    assert page.render(parts=()) == ""


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_what_is_translated_is_no_markup_whoever_wrote_it(language: str) -> None:
    page = (
        Templates(()).environments[language].from_string("{{ _(text) }} {{ _('%(a)s！', a=text) }}")
    )
    shown = page.render(text="<script>1</script>")
    assert "<" not in shown
    assert shown.count("&lt;script&gt;") == 2
