"""Write the vectors whose files are missing: ``python -m tests.vectors.make``.

A file that is there is never written again: nodes in the field hold bytes like those in it.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.vectors import blobs, editions, envelopes, frames, joining, statements
from tests.vectors.plain import GOLDEN, Vector, write

_TOPICS = (envelopes, blobs, frames, editions, statements, joining)

MAKE: dict[str, Callable[[], Vector]] = {
    name: make for topic in _TOPICS for name, make in topic.MAKE.items()
}
CHECK: dict[str, Callable[[Vector], None]] = {
    kind: check for topic in _TOPICS for kind, check in topic.CHECK.items()
}


def write_missing(folder: Path) -> list[str]:
    """Names of the vectors that were written."""
    missing = [name for name in MAKE if not (folder / f"{name}.json").exists()]
    for name in missing:
        write(folder / f"{name}.json", MAKE[name]())
    return missing


if __name__ == "__main__":
    written = write_missing(GOLDEN)
    sys.stdout.write("".join(f"{name}\n" for name in written))
