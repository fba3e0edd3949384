"""The two languages of the pages: Chinese is the source, English is translated in ``en.po``.

The words of the kit stand in its own table; whoever brings templates brings the table for them.
"""

import functools
from collections.abc import Sequence
from gettext import NullTranslations

from aiohttp import web

from runtime.web.po import table_of
from runtime.web.sentences import sure_english_of

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
KIT = "runtime.web"
_YEAR_S = 365 * 86_400


class _English(NullTranslations):
    """Read with the first page that somebody reads in English: few ever do on a village PC."""

    def __init__(self, packages: Sequence[str]) -> None:
        super().__init__()
        self._packages = packages

    @functools.cached_property
    def _words(self) -> dict[str, str]:
        return {k: v for package in (KIT, *self._packages) for k, v in english(package).items()}

    def gettext(self, message: str) -> str:
        found = self._words.get(message)
        return sure_english_of(message) if found is None else found

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def language_of(request: web.Request, node: str) -> str:
    """Chinese, unless the reader has switched on the site of ``node``."""
    chosen = request.cookies.get(_cookie(node), CHINESE)
    return chosen if chosen in LANGUAGES else CHINESE


def remember_language(
    response: web.StreamResponse, node: str, language: str, *, secure: bool = True
) -> None:
    """Keep the reader's choice for a year."""
    response.set_cookie(
        _cookie(node), language, max_age=_YEAR_S, secure=secure, httponly=True, samesite="Lax"
    )


def _cookie(node: str) -> str:
    return f"language-{node}"


def translations(language: str, packages: Sequence[str] = ()) -> NullTranslations:
    """What templates ask for words.

    Args:
        packages: whose tables ``locale/en.po`` are known beside that of the kit.
    """
    return _English(packages) if language == ENGLISH else NullTranslations()


@functools.cache
def english(package: str) -> dict[str, str]:
    """Every Chinese text in the table of ``package`` with its English one."""
    return table_of(package, "en.po")
