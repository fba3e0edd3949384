"""What is thrown at: one parser that faces the outside, with a corpus made by the code itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import YizhanError
from protocol.limits import MIB

CORPUS = Path(__file__).with_name("corpus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser: it reads any bytes, or raises one of our own errors."""

    name: str
    corpus: Sequence[bytes]
    parse: Callable[[bytes], object]
    errors: tuple[type[BaseException], ...] = (YizhanError,)
    largest_bytes: int = 8 * MIB  # of memory that one input may cost

    @property
    def kept(self) -> Path:
        """The folder of inputs that once were too much for it."""
        return CORPUS / self.name.replace(" ", "-").replace(",", "")

    def seeds(self) -> list[bytes]:
        """All inputs that others are made of."""
        found = sorted(self.kept.glob("*.bin"))
        return [*self.corpus, *(path.read_bytes() for path in found)]
