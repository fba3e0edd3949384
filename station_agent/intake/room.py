"""What the intake is made of, each part made when somebody first needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.service import IntakeService


@dataclass(slots=True)
class LazyIntake:
    """The intake, made when somebody first applies: an idle agent does without 3 MB of rules."""

    make: Callable[[], "IntakeService"]
    _made: "IntakeService | None" = None

    def __call__(self) -> "IntakeService":
        """The same one every time."""
        self._made = self._made or self.make()
        return self._made

    async def close(self) -> None:
        """Return once everything that is being taken in is stored or refused."""
        if self._made:
            await self._made.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRoom:
    """Of one station."""

    service: LazyIntake
    questions: Callable[[], "ItemQuestions"]
    today: Callable[[], date | None]  # by trusted time; None: that is not known
