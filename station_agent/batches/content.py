"""What is kept of a batch, and how it is sealed for the vault.

Source: docs/operations.md, "Market day".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from protocol.errors import DamagedError, MalformedError, PeerError
from protocol.json_values import from_json, to_json
from station_agent.drafts.content import HeldItem
from station_agent.store.desk.batches import BatchRow
from station_agent.store.vault import OpenVault


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchContent:
    """Of one batch."""

    item: str
    name: str  # of the item
    held: HeldItem = field(repr=False)  # the item as it was when the batch was begun
    common: Mapping[str, str] = field(repr=False)  # by the names of fields, as typed
    clerks: Sequence[str]  # who worked on it, in the order in which they came


def read_content(opened: OpenVault, row: BatchRow) -> BatchContent:
    """What is kept of a batch. Raises DamagedError."""
    try:
        plain = opened.rows.take_out(context(row.batch), row.sealed)
        return from_json(json.loads(plain), BatchContent)
    except (PeerError, MalformedError, ValueError):
        raise DamagedError(f"batch {row.batch}: of another vault, or changed") from None


def plain_bytes(content: BatchContent) -> bytes:
    """What is sealed of it."""
    return json.dumps(to_json(content), ensure_ascii=False, separators=(",", ":")).encode()


def context(batch: str) -> str:
    """What the sealed content of a batch is bound to."""
    return f"batch {batch}"
