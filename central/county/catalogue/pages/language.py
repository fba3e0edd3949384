"""In which of the two languages a page says what the catalogue's own words are."""

from protocol.catalogue.changes.terms import Language
from runtime.web.language import CHINESE
from runtime.web.page import Page


def words_language(page: Page) -> Language:
    """The reader's."""
    return "zh" if page.language == CHINESE else "en"
