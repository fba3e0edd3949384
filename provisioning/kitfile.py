"""Kits as files: the room for one is taken before the roster changes.

Source: docs/operations.md, "Enrol a node".
"""

from collections.abc import Callable
from pathlib import Path

from protocol.errors import KitUnwrittenError, PaperError, PaperFullError, UsageError
from provisioning.lifecycle.calls import Invited
from runtime.disk.papers import new_paper


def kit_written(path: Path, ask: Callable[[], Invited], *, force: bool) -> Invited:
    """Ask for a kit and write it to ``path``; the whole answer.

    ``ask`` changes the roster; it is called once the file has its room.

    Raises:
        UsageError, PaperFullError, PaperError: the file can't be written; nothing was asked.
        KitUnwrittenError: the node was added, and then the file could not be written.
    """
    answer: Invited | None = None
    try:
        with new_paper(path, force=force) as file:
            answer = ask()
            file.write(answer.kit)
    except (UsageError, PaperError, PaperFullError) as exc:
        if answer is None:
            raise
        raise KitUnwrittenError(f"{answer.node} {exc.detail}") from exc
    return answer
