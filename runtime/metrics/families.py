"""Families of numbers and their text. Own rendering: a village PC has no memory for a library.

No label names a person, a case or a village: codes, lanes and states are few, and tell nobody.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]
_BUCKETS_S = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


@dataclass(frozen=True, slots=True)
class Family:
    """Numbers of one name."""

    name: str  # after "yizhan_"
    kind: str  # gauge, counter or histogram
    help: str
    samples: Sequence[tuple[str, Labels, float]]  # suffix, labels, value


def gauge(name: str, help_: str, value: float | None) -> Family:
    """A number as it is now; None: not known, so that there is none."""
    return Family(name, "gauge", help_, [] if value is None else [("", (), value)])


def counter(name: str, help_: str, value: float) -> Family:
    """A number that only grows while the program or its database lives."""
    return Family(name, "counter", help_, [("", (), value)])


def gauges(name: str, help_: str, label: str, values: Mapping[str, float]) -> Family:
    """One number for each value of a label."""
    samples = [("", ((label, key),), value) for key, value in sorted(values.items())]
    return Family(name, "gauge", help_, samples)


class Counts:
    """Counters by their labels, kept in memory from the start of the program."""

    def __init__(self, name: str, help_: str, *labels: str) -> None:
        self._name, self._help, self._labels = name, help_, labels
        self._values: Counter[tuple[str, ...]] = Counter()

    def add(self, *values: str, count: int = 1) -> None:
        """So many more; ``values`` in the order of the labels."""
        self._values[values] += count

    def family(self) -> Family:
        """As it is now."""
        samples = [
            ("", tuple(zip(self._labels, values, strict=True)), float(count))
            for values, count in sorted(self._values.items())
        ]
        return Family(self._name, "counter", self._help, samples)


@dataclass(slots=True)
class Histogram:
    """How long something takes, in seconds."""

    name: str
    help: str
    _counts: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS_S) + 1))
    _sum_s: float = 0.0

    def add(self, seconds: float) -> None:
        """It took so long once."""
        at = next((n for n, most in enumerate(_BUCKETS_S) if seconds <= most), len(_BUCKETS_S))
        self._counts[at] += 1
        self._sum_s += seconds

    def family(self) -> Family:
        """As it is now."""
        samples: list[tuple[str, Labels, float]] = []
        below = 0
        for most, count in zip((*_BUCKETS_S, float("inf")), self._counts, strict=True):
            below += count
            edge = "+Inf" if most == float("inf") else str(most)
            samples.append(("_bucket", (("le", edge),), below))
        return Family(
            self.name,
            "histogram",
            self.help,
            [*samples, ("_sum", (), self._sum_s), ("_count", (), below)],
        )


def render(families: Iterable[Family]) -> str:
    """The text of all of them; those without a number are left out."""
    return "".join(f"{line}\n" for one in families if one.samples for line in _lines(one))


def _lines(family: Family) -> Iterator[str]:
    name = f"yizhan_{family.name}"
    yield f"# HELP {name} {family.help}"
    yield f"# TYPE {name} {family.kind}"
    for suffix, labels, value in family.samples:
        text = ",".join(f'{key}="{_escaped(of)}"' for key, of in labels)
        yield f"{name}{suffix}{f'{{{text}}}' if text else ''} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
