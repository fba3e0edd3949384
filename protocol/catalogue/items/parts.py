"""The parts of an item: law, limits, flow, result, publicity, contacts, examples.

Source: docs/catalogue.md; GB/T 39046-2020 table 4 for what an item has to tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.items.bounds import (
    MAX_LINE_CHARS,
    MAX_NAME_CHARS,
    MAX_PUBLIC_FIELDS,
    MAX_TEXT_CHARS,
)
from protocol.catalogue.items.kinds import InName, NodeKind, Starts, Tier
from protocol.catalogue.items.records import Count, Record
from protocol.catalogue.items.rules import Code, IllegalError, Opaque, Place, Text
from protocol.limits import MAX_FILES

Id = Annotated[str, Code()]
Name = Annotated[str, Text(MAX_NAME_CHARS)]
Line = Annotated[str, Text(MAX_LINE_CHARS)]
Long = Annotated[str, Text(MAX_TEXT_CHARS, lines=True)]
OfOffice = Annotated[str, Opaque()]
_OF_TOWNSHIPS = frozenset(
    {NodeKind.ACCEPTANCE, NodeKind.REVIEW, NodeKind.ASSESSMENT, NodeKind.DECISION}
)


class ObjectRule:
    """Reads JSON that another part of the program understands."""

    def read(self, raw: object, place: Place) -> object:
        """The object as it is, or WRONG."""
        return raw if isinstance(raw, dict) else place.fault("object", "应是一组栏目：{ … }")

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is an object."""
        if not isinstance(value, Mapping):
            raise IllegalError("应是一组栏目：{ … }")


Object = Annotated[Mapping[str, Any], ObjectRule()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes(Record):
    """Codes of other offices: opaque text, never a key, never a number."""

    catalog_code: OfOffice = ""
    local_catalog_code: OfOffice = ""
    task_code: OfOffice = ""
    local_task_code: OfOffice = ""
    task_handle_item: OfOffice = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Record):
    """Who answers for what is written of an item, and by when it is looked at again."""

    name: Name
    review_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis(Record):
    """A clause on which an item rests."""

    law: Line
    number: Annotated[str, Text(MAX_NAME_CHARS)] = ""  # 文号
    clause: Annotated[str, Text(MAX_NAME_CHARS)] = ""
    text: Annotated[str, Text(MAX_TEXT_CHARS, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """Asked before the form: can this person apply at all?"""

    id: Id
    ask: Line  # answered by yes or no
    refuse_if: bool  # the answer with which it makes no sense to go on
    say: Line  # then, and what to do instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Record):
    """How long an item may take."""

    legal: Limit | None = None
    legal_basis: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    promised: Limit | None = None
    starts: Starts = Starts.COUNTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Special(Record):
    """A special procedure: its time does not count."""

    name: Name
    limit: Limit
    basis: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    department: Annotated[str, Text(MAX_NAME_CHARS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode(Record):
    """A step of the way that a case takes: who, by which power, how, by when."""

    id: Id
    kind: NodeKind
    name: Name
    post: Annotated[str, Text(MAX_NAME_CHARS)] = ""
    authority: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    procedure: Annotated[str, Text(MAX_TEXT_CHARS, lines=True)] = ""
    limit: Limit | None = None
    tier: Tier = Tier.COUNTY
    office: Annotated[str, Text(MAX_NAME_CHARS)] = ""  # of the township: 社会事务办公室
    in_name: InName = InName.DEPARTMENT  # of a decision by a township

    def check_together(self) -> None:
        """Raise IllegalError unless a township may do it, and an office is a township's."""
        if self.tier is Tier.TOWNSHIP:
            if self.kind not in _OF_TOWNSHIPS:
                raise IllegalError("乡镇只能受理、审核、评定或决定", "tier")
        elif self.office or self.in_name is not InName.DEPARTMENT:
            raise IllegalError("只有乡镇的环节才写科室和名义", "tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Record):
    """What the applicant gets in the end."""

    name: Name
    kind: Annotated[str, Text(MAX_NAME_CHARS)] = ""  # 批文, 证照, 资金
    sample: Annotated[str, Text(MAX_LINE_CHARS)] = ""  # where one can be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicity(Record):
    """What is posted before the decision, and for how long."""

    window: Limit
    fields: Annotated[tuple[Name, ...], Count(MAX_PUBLIC_FIELDS)] = ()  # of the form, no others
    counts: bool = False  # whether its days count in the limit
    basis: Annotated[str, Text(MAX_LINE_CHARS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive(Record):
    """An item that must not be named where others see or hear it."""

    name: Name  # the neutral one


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Record):
    """A question that people ask, and its answer."""

    question: Line
    answer: Long


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleApplication(Record):
    """An application that is tried at each publishing."""

    name: Name
    form: Object = field(repr=False)
    attached: Annotated[tuple[Id, ...], Count(MAX_FILES)] = ()  # materials, one for each file
    fits: bool = True  # false: it has to be refused
