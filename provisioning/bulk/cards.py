"""The card of a new node, for printing: the one paper on which its one-time code stands.

A page of HTML without anything from elsewhere, so that any browser prints it.

Source: docs/operations.md, "A whole county at once".
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.ids import NodeId
from protocol.trust.roster import Role

if TYPE_CHECKING:  # few commands print cards, and these take long to import
    import jinja2

_QR_SCALE = 4  # pixels a module: about 4 cm on paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on it."""

    county: str
    node: NodeId
    role: Role
    code: str  # division code
    name: str
    parent: str  # name of the tier above
    one_time: str = field(repr=False)
    fingerprint: str  # of the county, in words

    @property
    def hub(self) -> bool:
        """Whether a township's machine is meant, not a village's."""
        return self.role is Role.HUB

    def qr(self) -> str:
        """Node and one-time code as an SVG picture."""
        import segno  # noqa: PLC0415

        code = segno.make(f"yizhan:join?node={self.node}&code={self.one_time}", micro=False)
        return code.svg_inline(scale=_QR_SCALE, border=2)


def card_page(cards: Sequence[Card]) -> str:
    """A page of HTML that prints each card on a sheet of its own."""
    return _template().render(cards=cards)


@functools.cache
def _template() -> "jinja2.Template":
    import jinja2  # noqa: PLC0415

    loader = jinja2.PackageLoader("provisioning.bulk", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("card.html")
