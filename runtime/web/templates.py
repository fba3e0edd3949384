"""Rendering pages: one environment for each language, templates from each capability's folder.

A template is named by its folder: ``nodes/list.html`` lies in the package that was registered as
``nodes``, under ``templates/nodes``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from gettext import NullTranslations
from typing import Any

import jinja2
from jinja2.nodes import EvalContext
from markupsafe import escape

from runtime.web import words
from runtime.web.faults import fault_words
from runtime.web.language import ENGLISH, KIT, LANGUAGES, translations
from runtime.web.plurals import agreed
from runtime.web.sentences import english_of as english_said
from runtime.web.sentences import sure_english_of


class Templates:
    """The templates of one site."""

    def __init__(
        self,
        packages: Sequence[str],
        *,
        tables: Sequence[str] = (),
        names: Mapping[str, object] | None = None,
    ) -> None:
        """The kit's templates, and those of ``packages``.

        Args:
            packages: whose ``templates`` folders are searched, before that of the kit.
            tables: packages that have an English table ``locale/en.po``.
            names: what every template may name.
        """
        loader = jinja2.ChoiceLoader([jinja2.PackageLoader(name) for name in (*packages, KIT)])
        self.words = {language: translations(language, tables) for language in LANGUAGES}
        self.environments = {
            language: _environment(loader, language, self.words[language]) for language in LANGUAGES
        }
        for environment in self.environments.values():
            environment.globals.update(names or {})

    def render(self, name: str, language: str, /, **values: Any) -> str:  # noqa: ANN401 - whatever it shows
        """The page ``name``."""
        return self.environments[language].get_template(name).render(language=language, **values)


def _by_parts(line: str) -> str:
    """A line that says why, as ``2027-01-04 周一：元旦，不计``: each part of it in English."""
    return ": ".join(
        ", ".join(english_said(one) for one in part.split("，")) for part in line.split("：")
    )


def _gettext_of(table: NullTranslations) -> Callable[..., str]:
    """As Jinja's own, with words that agree with numbers, and nothing in them is markup.

    Jinja trusts whatever is to be translated. What a page translates may be of a list that somebody
    else filled: a name among choices would be a script.
    """

    @jinja2.pass_eval_context
    def gettext(context: EvalContext, message: str, /, **values: object) -> str:
        said = agreed(table.gettext(message), values)
        return (escape(said) if context.autoescape else said) % values

    return gettext


def _together(mark: str, parts: Iterable[object]) -> str:
    """Several in one line, as the language parts them."""
    return mark.join(map(str, parts))


def _environment(
    loader: jinja2.BaseLoader, language: str, table: NullTranslations
) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(table, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["gettext"] = _gettext_of(table)
    environment.filters["fault_words"] = fault_words
    english = language == ENGLISH
    environment.filters["said"] = english_said if english else str
    environment.filters["hinted"] = sure_english_of if english else str
    environment.filters["together"] = partial(_together, ", " if english else "、")
    environment.filters["reasoned"] = _by_parts if english else str
    environment.filters["size"] = words.size
    environment.filters["moment"] = words.moment
    environment.filters["second"] = words.second
    environment.filters["span"] = lambda seconds: words.span(seconds, language)
    environment.filters["age"] = lambda seconds: words.age(seconds, language)
    return environment
