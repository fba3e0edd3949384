"""What an application lacks when it is read out: empty fields, papers that did not come.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.faults import MISSES, FormFault
from protocol.catalogue.items.application import Asked, missing_of
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item, members_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLacking:
    """A paper that has to come and is not there."""

    words: str
    material: str  # id of the one to begin with on the page of papers
    may_follow: Sequence[Material]  # those of it that the item lets follow later


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Everything that is missing."""

    fields: Sequence[FormFault] = ()
    papers: Sequence[PaperLacking] = ()

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.fields or self.papers)

    @property
    def may_follow(self) -> Collection[str]:
        """Ids of the materials that may be promised."""
        return {one.id for paper in self.papers for one in paper.may_follow}


def lacking_of(
    item: Item, form: FormData, faults: Sequence[FormFault], attached: Sequence[str]
) -> Lacking:
    """What is missing of a form in which nothing is wrong.

    Args:
        faults: of the form.
        attached: ids of materials, one for each page.
    """
    return Lacking(
        fields=faults,
        papers=[_paper(one, form) for one in missing_of(item, form, attached)],
    )


def only_missing(faults: Sequence[FormFault]) -> bool:
    """Whether nothing is wrong in a form but that fields are empty."""
    return all(one.code in MISSES for one in faults)


def _paper(asked: Asked, form: FormData) -> PaperLacking:
    members = list(_members(asked, form))
    named = f"{asked.paper.name}（{'、'.join(one.name for one in members)}）"
    return PaperLacking(
        words=named if isinstance(asked.paper, Group) else asked.paper.name,
        material=members[0].id,
        may_follow=[one for one in members if one.later is not None],
    )


def _members(asked: Asked, form: FormData) -> Iterator[Material]:
    """Those that count with this form."""
    return (one for one in members_of(asked.paper) if one.when is None or one.when.holds(form))
