"""The kits and cards of one import in memory: no disk of the county ever holds a one-time code."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from protocol.trust.roster import Roster
from provisioning.bulk.cards import Card, card_page
from provisioning.bulk.names import kit_name
from provisioning.invitation import Invitation


class KitBundle:
    """An archive of kits and a page of cards: two files, because they go separate ways."""

    root = Path()

    def __init__(self) -> None:
        self.kits = b""  # ZIP, one kit for each node
        self.cards = b""  # HTML, one sheet for each node

    def prepare(self, roster: Roster) -> None:
        """Memory is there."""

    def write(self, cards: Sequence[Card], invitations: Sequence[Invitation]) -> None:
        """Keep all of them."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for card, invitation in zip(cards, invitations, strict=True):
                archive.writestr(kit_name(card), invitation.kit)
        self.kits, self.cards = buffer.getvalue(), card_page(cards).encode()

    def finish(self) -> None:
        """Nothing is left to do."""
