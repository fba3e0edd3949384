"""How far a long piece of work has got, as services report it; JSON only at the control socket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Done:
    """So much of so much, in any unit."""

    done: int = 0
    total: int = 0  # 0: unknown
    step: str = ""  # its name, where the work has named ones

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """What :meth:`json` made, perhaps of a newer program."""
        return cls(said.get("done", 0), said.get("total", 0), said.get("step", ""))

    def json(self) -> dict[str, int | str]:
        """As it goes over the socket."""
        counts: dict[str, int | str] = {"done": self.done, "total": self.total}
        return counts | ({"step": self.step} if self.step else {})
