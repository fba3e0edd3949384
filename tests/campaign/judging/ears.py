"""Listens to what every program logs: nobody's data may be in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.logs.setup import JsonFormatter

_SHOWN = 100  # characters of a line


class _Ears(logging.Handler):
    def __init__(self, mark: str) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonFormatter())
        self.heard: list[str] = []
        self._mark = mark

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if self._mark in line:
            self.heard.append(line[:_SHOWN])


@contextmanager
def listening(mark: str) -> Iterator[list[str]]:
    """Lines with ``mark`` in them, of all that is logged inside; nothing goes elsewhere."""
    root, ears = logging.getLogger(), _Ears(mark)
    handlers, level = root.handlers, root.level
    root.handlers, root.level = [ears], logging.INFO
    root.manager._clear_cache()  # type: ignore[attr-defined]  # what is enabled was remembered
    try:
        yield ears.heard
    finally:
        root.handlers, root.level = handlers, level
        root.manager._clear_cache()  # type: ignore[attr-defined]
