"""What lies in a folder, so that a test can say that nothing in it was made or changed."""

from pathlib import Path


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every name with its mode, the time of its last change, and its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(folder))] = (seen.st_mode, seen.st_mtime_ns, content)
    return found
