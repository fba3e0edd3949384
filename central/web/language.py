"""The two languages of the pages: Chinese is the source, English is translated in ``en.po``."""

import functools
from gettext import NullTranslations
from importlib import resources

from aiohttp import web
from babel.messages.pofile import read_po

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
_YEAR_S = 365 * 86_400


class _English(NullTranslations):
    def __init__(self) -> None:
        super().__init__()
        self._words = english()

    def gettext(self, message: str) -> str:
        return self._words.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def language_of(request: web.Request, node: str) -> str:
    """Chinese, unless the reader has switched on the site of ``node``."""
    chosen = request.cookies.get(_cookie(node), CHINESE)
    return chosen if chosen in LANGUAGES else CHINESE


def remember_language(response: web.StreamResponse, node: str, language: str) -> None:
    """Keep the reader's choice for a year."""
    response.set_cookie(
        _cookie(node), language, max_age=_YEAR_S, secure=True, httponly=True, samesite="Lax"
    )


def _cookie(node: str) -> str:
    return f"language-{node}"


def translations(language: str) -> NullTranslations:
    """What templates ask for words."""
    return _English() if language == ENGLISH else NullTranslations()


@functools.cache
def english() -> dict[str, str]:
    """Every Chinese text of the templates with its English one."""
    with resources.files("central.web").joinpath("locale/en.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string
    }
