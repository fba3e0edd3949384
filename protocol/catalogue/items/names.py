"""What the entries of a release are called.

Source: docs/catalogue.md, "Releases".
"""

ABOUT = "@about"  # what is said of the catalogue as a whole
CALENDAR = "@calendar"  # working days (calendars.workdays)
MARKETS = "@markets"  # market days of townships, by division code (calendars.market)
MATERIAL = "@m."  # before the id of a material of the library
LOCAL = "@local."  # before the division code of a place that narrows something
DOCUMENT = "@doc."  # before a kind of document: its template


def is_item(code: str) -> bool:
    """Whether an entry of a release is an item, and not something of the whole catalogue."""
    return not code.startswith("@")


def is_versioned(code: str) -> bool:
    """Whether publishing gives an entry a version: an item, or the template of a document."""
    return is_item(code) or code.startswith(DOCUMENT)


def document_entry(kind: str) -> str:
    """The entry of the template of a kind of document."""
    return f"{DOCUMENT}{kind}"


def material_entry(material: str) -> str:
    """The entry of a material of the library."""
    return f"{MATERIAL}{material}"


def local_entry(division: str) -> str:
    """The entry of a place that narrows something."""
    return f"{LOCAL}{division}"
