"""Whose a document is: what stands over it, in its number, by its seal, and where to complain.

Source: docs/documents.md, "Whose it is"; 行政复议法 19, 24, 27; 行政诉讼法 18, 26.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from central.county.casework.about import CaseAbout
from central.county.documents.due import BROUGHT, brought
from central.county.flows.log import Logged
from central.county.ports.relay import Nodes
from protocol.casework.events.log import Event
from protocol.casework.names import own_name_at
from protocol.casework.rules import CaseRules
from protocol.catalogue.items.release import government_at, narrowed_at
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.errors.documents import FactMissingError
from protocol.ids import NodeId

_BROUGHT = {*BROUGHT.values(), DocumentKind.REFUSED}
_COUNTIES = ("县", "市", "区", "旗")
_CENTRES = ("便民服务中心", "政务服务中心", "党群服务中心")
_GOVERNMENTS = {"镇": "人民政府", "乡": "人民政府", "苏木": "人民政府", "街道": "办事处"}
_VERTICAL = ("税务", "海关", "金融", "外汇", "国家安全")  # the one above them reconsiders
_SIXTY, _SIX = "自收到本文书之日起六十日内依法", "自收到本文书之日起六个月内依法"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Of one document."""

    name: str  # in full
    short: str  # in its number
    remedy: str
    phone: str = ""
    place: str = ""
    is_township: bool = False  # that acts in its own name


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuers:
    """Of one county."""

    nodes: Nodes
    county: NodeId

    def of(self, about: CaseAbout, case: Logged, n: int, entries: Mapping[str, bytes]) -> Issuer:
        """Whose the document of event ``n`` is; 0: no event brings it.

        Raises:
            FactMissingError: it is a township's, and nobody says what its government is called.
        """
        hub = own_name_at(case.events, n, case.rules) if n else ""
        if hub:
            return self._township(NodeId(hub), about, entries)
        county, item = self.nodes.roster.nodes[self.county].name, about.item
        name = (item.department if item else "") or county
        phone = item.contact if item else ""
        return Issuer(name=name, short=name, remedy=_of_department(name, county), phone=phone)

    def _township(self, hub: NodeId, about: CaseAbout, entries: Mapping[str, bytes]) -> Issuer:
        entry, county = self.nodes.roster.nodes[hub], self.nodes.roster.nodes[self.county].name
        said, at = government_at(entries, entry.code), narrowed_at(entries, entry.code, about.code)
        name = said.name or _government(entry.name)
        if not name:
            raise FactMissingError(f"机关（{entry.name}的政府全称，写在事项目录“乡镇”里）")
        review, court = (
            said.review or _above(county, "人民政府"),
            said.court or _above(county, "人民法院"),
        )
        return Issuer(
            name=name,
            short=said.short or name,
            remedy=remedy_of(name, review, court),
            phone=at.contact or (about.item.contact if about.item else ""),
            place=at.place,
            is_township=True,
        )


def event_of(kind: DocumentKind, events: Sequence[Event], rules: CaseRules) -> int:
    """Number of the last event that brought such a document, or, of a kind that none brings, any.

    0: there is none.
    """
    found = [(one.n, brought(one.body, rules)) for one in events]
    mine = [n for n, one in found if one is kind]
    return max(
        mine or [n for n, one in found if one is not None and kind not in _BROUGHT], default=0
    )


def remedy_of(whose: str, review: str, court: str) -> str:
    """Where somebody may ask for a reconsideration and sue, and against whom; empty: not named."""
    return (
        f"如不服，可以{_SIXTY}{f'向{review}' if review else ''}申请行政复议，"
        f"也可以{_SIX}向{court or '人民法院'}提起行政诉讼。"
        f"被申请人、被告为{whose}。"
    )


def _of_department(name: str, county: str) -> str:
    is_vertical = any(word in name for word in _VERTICAL)
    review = "" if is_vertical else _above(county, "人民政府")
    return remedy_of(name, review, _above(county, "人民法院"))


def _above(county: str, what: str) -> str:
    """The county's government or court, if its name is that of a county."""
    name = _place(county)
    return f"{name}{what}" if name.endswith(_COUNTIES) else ""


def _government(name: str) -> str:
    """As the government of a township is called that its hub is named after; empty: who knows."""
    place = _place(name)
    return next((f"{place}{what}" for end, what in _GOVERNMENTS.items() if place.endswith(end)), "")


def _place(name: str) -> str:
    """The place whose service centre that is."""
    return reduce(str.removesuffix, _CENTRES, name)
