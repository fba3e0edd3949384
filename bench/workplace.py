"""Where measures write: on the disk of the checkout, for /tmp may be memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PARENT = Path(__file__).parent / ".work"


@contextmanager
def working_folder() -> Iterator[Path]:
    """An empty folder that is removed with everything in it."""
    _PARENT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_PARENT) as folder:
        yield Path(folder)
    if not any(_PARENT.iterdir()):
        _PARENT.rmdir()
