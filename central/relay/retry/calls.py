"""What can be asked of items that were set aside; light, for commands."""

from dataclasses import dataclass

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Offer again what was set aside."""

    item: str | None = None  # its id in hex; None or empty: all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """How many are offered again."""

    offered: int


RETRY = {role: Call(f"{role}.retry", Retry, Offered) for role in ("county", "hub")}
