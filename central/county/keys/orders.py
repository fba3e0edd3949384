"""The steps by which a key of the county is replaced, the same for each of them.

Source: docs/operations.md, "New keys of the county".
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from central.county.keys.choice import KEYS, OPENING
from protocol.errors import UsageError
from runtime.control.owner import Operation, Report

_PREFIX = "county.rekey-"
ANNOUNCE, USE, DROP, STATUS = (f"{_PREFIX}{verb}" for verb in ("announce", "use", "drop", "status"))

State = dict[str, Any]


class Succession(Protocol):
    """How one kind of key is replaced. Each step answers with what :meth:`status` says."""

    async def announce(self) -> State:
        """Make the next key and name it on the roster; raises RekeyError if one is named."""
        ...

    async def use(self, *, force: bool, stolen: bool) -> State:
        """Put it in the place of the present one; raises RekeyError, RekeyUnsafeError."""
        ...

    async def drop(self, *, anyway: bool) -> State:
        """Let those before it count no more; raises RekeyError, RekeyWaitingError, UsageError."""
        ...

    async def status(self) -> State:
        """What is in use, announced and old, and whom it concerns."""
        ...


def rekey_operations(keys: Mapping[str, Succession]) -> dict[str, Operation]:
    """The operations by name; ``keys`` has those of :data:`KEYS`."""

    def operation(step: Callable[[Succession, Mapping[str, Any]], Awaitable[State]]) -> Operation:
        async def run(args: Mapping[str, Any], _: Report) -> State:
            return await step(keys[_which(args)], args)

        return run

    return {
        ANNOUNCE: operation(lambda key, _: key.announce()),
        USE: operation(
            lambda key, args: key.use(
                force=bool(args.get("force")), stolen=bool(args.get("stolen"))
            )
        ),
        DROP: operation(lambda key, args: key.drop(anyway=bool(args.get("anyway")))),
        STATUS: operation(lambda key, _: key.status()),
    }


def _which(args: Mapping[str, Any]) -> str:
    """Which key is meant.

    Raises:
        UsageError: none that can be replaced so.
    """
    which = str(args.get("key") or OPENING)
    if which not in KEYS:
        raise UsageError(f"{which[:20]!r}：只能是 {'、'.join(KEYS)} 之一")
    return which
