"""What a reader asked to see of the list of nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from central.county.nodes.view import NodeView

_MOST_CHARS = 60
SILENT, ALARMED = "silent", "alarmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Everything is asked for unless a field says less."""

    hub: str = ""  # node id: its stations and itself
    state: str = ""  # of the roster
    show: str = ""  # SILENT or ALARMED
    text: str = ""  # in name or division code

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the address of a page; what is no filter is ignored."""
        fields = {
            name: query.get(name, "")[:_MOST_CHARS] for name in ("hub", "state", "show", "text")
        }
        return cls(**{name: value.strip() for name, value in fields.items()})

    def apply(self, views: Sequence[NodeView]) -> list[NodeView]:
        """Those that fit, in their order."""
        return [view for view in views if self._fits(view)]

    def _fits(self, view: NodeView) -> bool:
        return (
            self.hub in ("", view.node, view.parent)
            and self.state in ("", view.state.value)
            and (self.show != SILENT or is_silent(view))
            and (self.show != ALARMED or bool(view.alarms))
            and (self.text in view.name or self.text in view.code)
        )


def is_silent(view: NodeView) -> bool:
    """Whether it has not been heard of for too long."""
    return any(alarm.code == SILENT for alarm in view.alarms)
