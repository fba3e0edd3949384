"""Objects of a catalogue file, read field by field: all that is wrong in one is told at once.

A reader of a value takes it with its place and raises CatalogueError, ``place: reason``. What reads
an object or a list goes on after a fault, and raises in the end what names every one of them.

Source: docs/catalogue.md, "Findings".
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar, cast

from protocol.catalogue.findings import Finding, Level, split_place
from protocol.errors import CatalogueError

_SHOWN_CHARS = 40
T = TypeVar("T")
P = ParamSpec("P")
Reader = Callable[Concatenate[object, str, P], T]


class Faults:
    """Collects what is wrong with the parts of one object or list; raises it all at the end."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def read(
        self, reader: Reader[P, T], raw: object, place: str, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What ``reader`` makes of a part; after a fault None, which is for nobody to look at."""
        try:
            return reader(raw, place, *args, **kwargs)
        except CatalogueError as exc:
            for at, reason in faults_of(exc, place):
                self.add(at, reason)
            return cast("T", None)

    def add(self, place: str, reason: str) -> None:
        """Note one fault."""
        code = CatalogueError.code
        one = Finding(code=code, level=Level.ERROR, item="", place=place, reason=reason)
        self._found.append(one)

    def __enter__(self) -> Self:
        """Parts are read one after the other."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Raise CatalogueError, which has every fault, if there is one."""
        if kind is None and self._found:
            words = "\n".join(f"{one.place}: {one.reason}" for one in self._found)
            raise CatalogueError(words, findings=self._found)


def faults_of(error: CatalogueError, place: str) -> list[tuple[str, str]]:
    """Place and reason of every fault that the reader of ``place`` raised."""
    if error.findings:
        return [(one.place, one.reason) for one in error.findings if isinstance(one, Finding)]
    lead = f"{place}: "
    if error.detail.startswith(lead):
        return [(place, error.detail.removeprefix(lead))]
    return [split_place(error.detail, place)]


class Fields(Faults):
    """The fields of one object; read one by one under their keys."""

    def __init__(self, raw: Mapping[str, object], place: str) -> None:
        super().__init__()
        self.raw, self.place = raw, place

    def field(self, key: str, reader: Reader[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A field that has to be there; that it is missing was noted before."""
        if key not in self.raw:
            return cast("T", None)
        return self.read(reader, self.raw[key], f"{self.place}.{key}", *args, **kwargs)

    def maybe(self, key: str, reader: Reader[[], T]) -> T | None:
        """A field that may be left out; None if it is."""
        return self.field(key, reader) if key in self.raw else None


def fields_of(
    raw: object, place: str, must: AbstractSet[str], may: AbstractSet[str] = frozenset()
) -> Fields:
    """Read the fields of an object, and raise all their faults at the end.

    Args:
        must: keys that it has to have.
        may: keys that it may have beside those.

    Raises:
        CatalogueError: it is no object, a key is missing or strange, or a field is wrong.
    """
    if not isinstance(raw, dict):
        raise CatalogueError(f"{place}: 应是一组栏目：{{ … }}")
    fields = Fields(raw, place)
    for key in sorted(must - raw.keys()):
        fields.add(place, f"缺少“{key}”")
    for key in sorted(raw.keys() - must - may):
        fields.add(
            place, f"没有“{key[:_SHOWN_CHARS]}”这一项，只能是 {'、'.join(sorted(must | may))}"
        )
    return fields


def list_of(
    raw: object, place: str, reader: Reader[[], T], *, most: int, words: str, least: int = 0
) -> tuple[T, ...]:
    """Each of a list, and all their faults at once.

    Args:
        words: what it should be, for one that is no list or has too few or too many.
    """
    if not isinstance(raw, list) or not least <= len(raw) <= most:
        raise CatalogueError(f"{place}: {words}")
    with Faults() as faults:
        return tuple([faults.read(reader, one, f"{place}[{n}]") for n, one in enumerate(raw)])
