"""An operator's word that what was set aside shall be offered again."""

from collections.abc import Mapping
from typing import Any

from central.relay.service import Relay
from protocol.ids import digest_of
from runtime.control.owner import Operation, Report


def retrying(relay: Relay) -> Operation:
    """The operation behind the ``retry`` command of hub and county."""

    async def retry(args: Mapping[str, Any], _: Report) -> dict[str, int]:
        named = args.get("item")
        return {"offered": await relay.offer_again(digest_of(str(named)) if named else None)}

    return retry
