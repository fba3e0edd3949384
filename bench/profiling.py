"""Where the processor's time of one process goes."""

import cProfile
import pstats
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LINES = 45


@contextmanager
def profiled(wanted: bool, mark: int) -> Iterator[None]:  # noqa: FBT001
    """Print the functions that took most of it, of the first process of a measure alone."""
    if not wanted or mark % 16 != 1:
        yield
        return
    profile = cProfile.Profile()
    profile.enable()
    yield
    profile.disable()
    stats = pstats.Stats(profile, stream=sys.stderr)
    stats.sort_stats("tottime").print_stats(_LINES)
    stats.sort_stats("cumulative").print_stats(_LINES)
