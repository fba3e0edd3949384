"""What the log of a case itself says of who may go on with it, whatever their posts.

Accounts of an office are its own: a name there is another person than the same name at the county,
so that nobody recuses somebody of another house.

Source: docs/casework.md, "Who can act"; 公务员法 articles 76 and 77; 行政许可法 article 72.
"""

from protocol.casework.events.handling import HandlerGaveBack, HandlerTook, Recused
from protocol.casework.events.offices import OfficeReturned
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.casework.table import Power, Step
from protocol.text import identifier

_WAYS_OUT = frozenset({HandlerGaveBack, OfficeReturned, Recused})
"""What is open to everybody: by it a case goes to somebody else."""
_NOBODYS = frozenset({Power.ANY, Power.OPINION, Power.HEAD})


def known_as(office: str, name: str) -> str:
    """A person of an office, or of the county (``office`` is empty), apart from all others."""
    return f"{office} {identifier(name)}".lstrip()


def is_recused(status: Status, name: str) -> bool:
    """Whether this person of the owner of the log has nothing to do with the case (回避)."""
    return bool(name) and known_as(status.office, name) in status.recused


def refused_to(step: Step, status: Status, rules: CaseRules, name: str) -> str:
    """Why somebody of the office that owns the log may not do it, in Chinese; empty: may.

    An office says of nobody else what post they have: whoever accepted never decides there, and who
    has no colleague returns the case to the county.
    """
    if step.body in _WAYS_OUT:
        return ""
    if is_recused(status, name):
        return f"{name}已回避，不能办理这一件；请由别人办，或交回县里"
    holder = status.holder
    if holder and holder != name:
        if step.body is HandlerTook:
            return f"已由{holder}接办；请由其退回"
        if step.power not in _NOBODYS:
            return f"这一件由{holder}接办；要由您办，请先由其退回"
    if step.power is Power.DECIDE and not rules.instant and _same(name, status.accepter):
        return "受理的人不能作决定，请由别人决定，或交回县里"
    return ""


def _same(name: str, other: str) -> bool:
    return bool(other) and identifier(name) == identifier(other)
