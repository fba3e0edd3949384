"""What the files of an import are called."""

from provisioning.bulk.cards import Card

CARDS, ALL = "cards", "all.html"
KIT, CARD = ".kit", ".html"


def kit_name(card: Card) -> str:
    """The path of a node's kit inside the folder."""
    return f"{card.code}-{card.node}{KIT}"


def card_name(card: Card) -> str:
    """The path of a node's card inside the folder."""
    return f"{CARDS}/{card.code}-{card.node}{CARD}"
