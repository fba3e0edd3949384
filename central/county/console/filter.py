"""What a reader asked to see of the list of nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from central.county.nodes.view import NodeView
from protocol.ids import NodeId
from protocol.trust.roster import Role

_MOST_CHARS = 60
SILENT, ALARMED = "silent", "alarmed"

Order = Callable[[NodeView, Mapping[NodeId, str]], tuple[object, ...]]
_ORDERS: Mapping[str, Order] = {  # given the names of all nodes
    "name": lambda view, _: (view.name, view.code),
    "code": lambda view, _: (view.code, view.name),
    "township": lambda view, names: (township(view, names), view.code),
    "heard": lambda view, _: (view.heard_ms is None, -(view.heard_ms or 0), view.code),
    "queue": lambda view, _: (-(view.waiting or 0), view.code),
}


def township(view: NodeView, names: Mapping[NodeId, str]) -> str:
    """The name of the hub that a node is or belongs to; empty below the county itself."""
    if view.role is Role.HUB:
        return view.name
    return names.get(view.parent, "") if view.parent else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Everything is asked for unless a field says less."""

    hub: str = ""  # node id: its stations and itself
    state: str = ""  # of the roster
    show: str = ""  # SILENT or ALARMED
    text: str = ""  # in name or division code
    sort: str = ""  # a column; empty: the longest silent first

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the address of a page; what is no filter is ignored."""
        fields = {
            name: query.get(name, "")[:_MOST_CHARS]
            for name in ("hub", "state", "show", "text", "sort")
        }
        return cls(**{name: value.strip() for name, value in fields.items()})

    def apply(self, views: Sequence[NodeView]) -> list[NodeView]:
        """Those that fit, in the order that was asked for."""
        fitting = [view for view in views if self._fits(view)]
        if self.sort not in _ORDERS:
            return fitting
        names = {view.node: view.name for view in views}
        return sorted(fitting, key=lambda view: _ORDERS[self.sort](view, names))

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
