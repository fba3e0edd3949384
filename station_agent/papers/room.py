"""The papers of one station, made when somebody first brings one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station_agent.papers.service import PaperService


@dataclass(slots=True)
class LazyPapers:
    """An agent without a desk does without them."""

    make: Callable[[], "PaperService"]
    _made: "PaperService | None" = None

    def __call__(self) -> "PaperService":
        """The same one every time."""
        self._made = self._made or self.make()
        return self._made

    async def close(self) -> None:
        """Return once every page that is being taken in is stored or refused."""
        if self._made:
            await self._made.close()
