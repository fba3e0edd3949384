"""``python -m station_agent.papers.child``: looks at one page, and ends.

What somebody brings is unpacked here and nowhere else: in a process that has the bytes and
nothing more, lives for some seconds, and may take only so much memory. It writes no file.

Source: docs/security.md, "Papers at the desk".
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from protocol.errors.scans import (
    ScanDamagedError,
    ScanError,
    ScanHeicError,
    ScanKindError,
    ScanLargeError,
    ScanSlowError,
)
from station_agent.papers.limits import CHILD_BYTES, CHILD_S, MAX_SOURCE_BYTES, MIB
from station_agent.papers.wanted import MAX_LINE_BYTES, Prepared, Refused, Wanted

Prepare = Callable[[bytes, Wanted], tuple[Prepared, bytes]]

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_LOOKS = (
    (b"PK\x03\x04", "ZIP / Office"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"MZ", "EXE"),
    (b"\x1a\x45\xdf\xa3", "视频"),
)
_HEAD_BYTES = 1024


def main() -> int:
    """Read a request from stdin, write the answer to stdout; 0, also if the page is refused."""
    bound_memory()
    line = sys.stdin.buffer.readline(MAX_LINE_BYTES)
    source = sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1)
    try:
        prepared, page = prepare(source, Wanted.read(line))
    except ScanError as exc:
        answer(Refused(code=exc.code, detail=exc.detail).line(), b"")
    else:
        answer(replace(prepared, size=len(page)).line(), page)
    return 0


def prepare(source: bytes, wanted: Wanted) -> tuple[Prepared, bytes]:
    """The page in ``source`` as it is to be kept.

    Raises:
        ScanError: it can't be taken; the class says why.
    """
    if len(source) > MAX_SOURCE_BYTES:
        raise ScanLargeError(f"{MAX_SOURCE_BYTES // MIB} MB")
    try:
        return _way_of(source)(source, wanted)
    except (ScanError, ImportError):  # the latter is a fault of the installation
        raise
    except MemoryError:
        raise ScanSlowError from None
    except Exception:  # noqa: BLE001 - libraries fail in many ways on what is no page
        raise ScanDamagedError from None


def _way_of(source: bytes) -> Prepare:
    """By the first bytes of a file alone: a name says nothing.

    Raises:
        ScanKindError, ScanHeicError, ScanDamagedError: none.
    """
    if not source:
        raise ScanDamagedError
    if source.startswith(_PICTURES) or (source[:4] == b"RIFF" and source[8:12] == b"WEBP"):
        from station_agent.papers.picture import prepare_picture  # noqa: PLC0415 - Pillow

        return prepare_picture
    if source.startswith(b"%PDF-"):
        from station_agent.papers.pdf import prepare_pdf  # noqa: PLC0415 - pypdf

        return prepare_pdf
    if source[4:8] == b"ftyp" and source[8:12] in _HEIC:
        raise ScanHeicError
    raise ScanKindError(_look(source))


def _look(source: bytes) -> str:
    """What it seems to be, for the words of the error."""
    head = source[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "SVG"
    if head.startswith(b"<"):
        return "HTML / XML"
    if source[4:8] == b"ftyp":
        return "视频"
    return next((words for start, words in _LOOKS if source.startswith(start)), "其他文件")


def bound_memory() -> None:
    """Take no more memory and time than one page needs, where the system can hold us to that."""
    try:
        import resource  # noqa: PLC0415 - not on Windows: the bounds on pixels and time stand there
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_BYTES, CHILD_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(CHILD_S), int(CHILD_S)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file, whatever a picture does to us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no picture in a core file either


def answer(line: bytes, page: bytes) -> None:
    """Write the answer."""
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.write(page)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
