"""The format of a draft's content: an older one is carried over step by step when it is read.

What lies on the disk stays as it was written until the draft is saved again, so a step that is
wrong costs nothing: the next program reads the same bytes. A newer format is refused.

A new format adds one function to ``STEPS`` and a file with a draft of the old one to
``tests/station_agent/drafts/formats``; neither is ever changed.

Source: docs/architecture.md, "Drafts".
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.errors import DamagedError
from protocol.errors.drafts import FillingNewerError

Step = Callable[[dict[str, Any]], dict[str, Any]]  # from the JSON of one format to the next
STEPS: Sequence[Step] = ()  # the first carries format 1 over to format 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The formats that a program knows."""

    steps: Sequence[Step] = STEPS

    @property
    def newest(self) -> int:
        """In which it writes."""
        return len(self.steps) + 1

    def read(self, content: bytes, number: int) -> dict[str, Any]:
        """What was written in format ``number``, in the newest one.

        Raises:
            FillingNewerError: a newer program wrote it.
            DamagedError: it is no content of a draft.
        """
        if number > self.newest:
            raise FillingNewerError(f"{number} > {self.newest}")
        try:
            document = json.loads(content)
        except ValueError:
            raise DamagedError("the content of a draft is no JSON") from None
        for step in self.steps[number - 1 :]:
            document = step(document)
        return dict(document)
