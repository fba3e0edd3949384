"""An operator's word that what was set aside shall be offered again."""

from collections.abc import Mapping
from typing import Any

from central.relay.service import Relay
from protocol.aio.owner import Operation, Report
from protocol.errors import UsageError
from protocol.ids import DIGEST_BYTES


def retrying(relay: Relay) -> Operation:
    """The operation behind the ``retry`` command of hub and county."""

    async def retry(args: Mapping[str, Any], _: Report) -> dict[str, int]:
        named = args.get("item")
        return {"offered": await relay.offer_again(_item(str(named)) if named else None)}

    return retry


def _item(text: str) -> bytes:
    """An envelope or blob id, as ``status`` shows it."""
    try:
        item = bytes.fromhex(text)
    except ValueError:
        item = b""
    if len(item) != DIGEST_BYTES:
        raise UsageError(f"{text[:80]!r}: an id of 64 hex digits is expected")
    return item
