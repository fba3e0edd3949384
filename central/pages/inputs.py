"""What an action asks for on a page, beside words: fields of its event that people type."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from protocol.limits import MAX_NAME_CHARS
from runtime.web.numbers import whole_number

YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A field of a form."""

    name: str  # as the event has it
    label: str  # in Chinese; pages translate it
    kind: str = "text"  # text, date, or choice
    choices: Mapping[str, str] = field(default_factory=dict)  # by value
    required: bool = True
    is_flag: bool = False  # yes or no
    is_count: bool = False  # a whole number

    def offering(self, choices: Collection[str]) -> "Input":
        """The same with these to choose from; as it is if there are none."""
        if not choices:
            return self
        return replace(self, kind="choice", choices={one: one for one in choices})

    def value(self, typed: str) -> Any:  # noqa: ANN401 - as the event takes it
        """What was typed, as the event takes it."""
        count = whole_number(typed) if self.is_count else None
        if count is not None:
            return count
        return typed == YES if self.is_flag else typed[:MAX_NAME_CHARS]
