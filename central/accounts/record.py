"""Where it is written down what an account did on the pages themselves: a login, a proposal."""

from collections.abc import Mapping
from typing import Any, Protocol


class Note(Protocol):
    """Keeps one action in the record; the county's is signed, a hub has its log."""

    async def __call__(
        self,
        account: str,
        action: str,
        outcome: str,
        *,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """``outcome`` is ``done`` or the code of the refusal."""
        ...
