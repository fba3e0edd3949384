"""Conditions under which a paper is asked for: those of forms, as values of an item.

Source: docs/catalogue.md, "Materials"; docs/forms.md, "Conditions".
"""

from dataclasses import dataclass, field

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms import conditions
from protocol.catalogue.items.rules import IllegalError, Place


@dataclass(frozen=True, slots=True)
class Condition:
    """What a form must say."""

    fragment: Schema
    _compiled: conditions.Condition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """It is compiled when it is first asked."""
        object.__setattr__(self, "_compiled", conditions.Condition(self.fragment))

    def holds(self, form: FormData) -> bool:
        """Whether ``form`` says so; a field that is not filled in says nothing, so it does not."""
        return self._compiled.holds(form)


class ConditionRule:
    """Reads a condition; whether it fits the form is seen when the item is whole."""

    def read(self, raw: object, place: Place) -> object:
        """A Condition, or WRONG."""
        if isinstance(raw, dict):
            return Condition(raw)
        return place.fault("condition", "条件应是 JSON Schema 片段（见表单的说明）")

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is one."""
        if not isinstance(value, Condition):
            raise IllegalError("不是条件")
