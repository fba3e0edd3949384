"""Writing one file to a stick, and saying in our words why that fails.

Source: docs/protocol.md section 11.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from protocol.errors import StickFullError, StickHostileError, StickUnwritableError
from runtime.cli.failures import DISK_FULL, reason
from runtime.portable import NO_LINK

_READABLE, _OPEN = 0o644, 0o755  # what lies on a stick is sealed, and another account takes it


class GrowingFile:
    """A file that gets its name once it is whole. Made by a bag's ``grow``."""

    def __init__(self, temporary: Path, target: Path, done: Callable[[], None]) -> None:
        self._temporary, self._target, self._done = temporary, target, done
        with writing():
            temporary.unlink(missing_ok=True)  # of a stick that was pulled out
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK
            self._file = os.fdopen(os.open(temporary, flags, _READABLE), "wb")
            with suppress(OSError, AttributeError):  # FAT has no rights, nor has Windows such ones
                os.fchmod(self._file.fileno(), _READABLE)

    def add(self, data: bytes) -> None:
        """The next bytes; after an error nothing is left of the file."""
        with self._or_nothing(), writing():
            self._file.write(data)

    def finish(self) -> None:
        """Wait until its content is on disk, and give it its name."""
        with self._or_nothing(), writing():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._temporary.replace(self._target)
        self._done()

    def abandon(self) -> None:
        """It is not wanted after all."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    @contextmanager
    def _or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.abandon()
            raise


def make_folder(path: Path) -> None:
    """Make one folder, unless it is there; a link in its place is not followed.

    Raises:
        StickHostileError: something else has its name.
        StickUnwritableError: it can't be made.
    """
    with writing():
        with suppress(FileExistsError):
            path.mkdir()
            with suppress(OSError):  # FAT has no rights
                path.chmod(_OPEN)
        found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise StickHostileError(f"{path} is no folder")


@contextmanager
def writing() -> Iterator[None]:
    """Say in our words why the stick can't be written.

    Raises:
        StickFullError: no room left on it.
        StickUnwritableError: anything else.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno in DISK_FULL:
            raise StickFullError(reason(exc)) from exc
        raise StickUnwritableError(f"{exc.filename or ''} {reason(exc)}".strip()) from exc
