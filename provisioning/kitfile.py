"""Kits as files: the room for one is taken before the roster changes.

Source: docs/operations.md, "Enrol a node".
"""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from protocol.errors import KitUnwrittenError, PaperError, PaperFullError, UsageError
from runtime.papers import new_paper


def kit_written(
    path: Path, ask: Callable[[], Mapping[str, Any]], *, force: bool
) -> Mapping[str, Any]:
    """Ask for a kit and write it to ``path``; the whole answer.

    ``ask`` changes the roster; it is called once the file has its room.

    Raises:
        UsageError, PaperFullError, PaperError: the file can't be written; nothing was asked.
        KitUnwrittenError: the node was added, and then the file could not be written.
    """
    answer: Mapping[str, Any] | None = None
    try:
        with new_paper(path, force=force) as file:
            answer = ask()
            file.write(base64.b64decode(answer["kit"]))
    except (UsageError, PaperError, PaperFullError) as exc:
        if answer is None:
            raise
        raise KitUnwrittenError(f"{answer['node']} {exc.detail}") from exc
    return answer
