"""Who did what at a hub. It keeps no audit record as the county does: its log says it."""

import logging
from collections.abc import Mapping
from typing import Any

from protocol.errors import YizhanError
from runtime.control.owner import BY, Operation, Report

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)  # told whether or not exchanges are: nothing else would know

SAID: Mapping[str, tuple[str, ...]] = {  # arguments that are told; no other is
    "hub.renew": (),
    "hub.retry": ("item",),
    "hub.stick-export": ("folder", "for"),
    "hub.stick-import": ("folder",),
}


def told(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """The same operations; those that change something say in the log who asked, and its end."""
    return {
        name: _told(name, operation, SAID[name]) if name in SAID else operation
        for name, operation in operations.items()
    }


def _told(name: str, operation: Operation, said: tuple[str, ...]) -> Operation:
    async def run(args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401 - as JSON gives it
        outcome = "broken"
        try:
            result = await operation(args, report)
        except YizhanError as exc:
            outcome = exc.code
            raise
        else:
            outcome = "done"
            return result
        finally:
            fields = {"event": "hub.action", "action": name, "by": args.get(BY, "")}
            detail = {key: args[key] for key in said if args.get(key)}
            log.info("action", extra={**fields, "outcome": outcome, "detail": detail})

    return run
