"""All parsers that face the outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.fuzz.target import Target
from tests.fuzz.targets import carried, control, editions, exchange, joining, tables


@contextmanager
def every_target() -> Iterator[list[Target]]:
    """All of them, for as long as the ``with`` lasts."""
    with carried.targets() as found:
        yield [
            *exchange.targets(),
            *joining.targets(),
            *editions.targets(),
            *found,
            *control.targets(),
            *tables.targets(),
        ]
