"""Starts a program whose Hello says another time: ``lying.py TIME_MS PROGRAM ARGUMENT...``.

``TIME_MS`` is what it says, or ``+MS`` what it adds to its own clock. Everything else is as it
should be, so only what others make of that one number is tried.
"""

import runpy
import sys
from typing import Any

from protocol.exchange.messages import Hello
from protocol.exchange.store import Greeting


def _lie(said: str) -> None:
    honest = Greeting.answer

    def answer(self: Greeting, exchange: bytes, *, time_ms: int, child_n: int | None) -> Hello:
        lied_ms = time_ms + int(said) if said.startswith("+") else int(said)
        return honest(self, exchange, time_ms=lied_ms, child_n=child_n)

    vars_of: Any = Greeting
    vars_of.answer = answer


if __name__ == "__main__":
    _lie(sys.argv[1])
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
