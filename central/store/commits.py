"""What is to be done once a transaction is on disk."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

_CALLS = "after commit"  # key in a session's notes


def after_commit(session: AsyncSession, call: Callable[[], object]) -> None:
    """Call ``call`` once the transaction of ``session`` is on disk; never if it fails."""
    session.info.setdefault(_CALLS, []).append(call)


def committed(info: dict[str, Any]) -> None:
    """The transaction of the session with these notes is on disk."""
    for call in info.pop(_CALLS, ()):
        call()
