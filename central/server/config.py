"""Settings of a hub or county: one frozen object, read once from ``DATA/<role>.toml``."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from central.accounts.limits import IDLE_S
from central.relay.limits.metering import OwnBudgets
from protocol.errors import UsageError
from protocol.limits import MIB
from protocol.trust.budget import Budget, read_budget
from runtime.cli.command import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """Everything that a server needs beside its identity. Every key is optional."""

    database: str = ""  # SQLAlchemy URL; empty: SQLite in the data folder
    worker: bool = False  # county: another process leads, and has the authority
    blobs: str = ""  # s3://bucket/prefix?endpoint=URL; empty: in the data folder
    blob_credentials: str = ""  # TOML file with access_key and secret_key for it
    listen: str = ""  # host:port to bind, where it differs from the URL on the roster
    linger_s: int = 50  # hub: how long a silent exchange with the county stays open
    pause_s: float = 1.0  # hub: longest pause between two exchanges
    retry_first_s: float = 2.0  # hub: ceiling of the first pause when the county is away
    checkpoint_s: float = 6 * 3600.0  # seconds between two cleanings of the database log
    max_exchanges: int = 1000  # open at once; more children are asked to come back later
    drain_s: float = 10.0  # how long a running exchange may take to end at shutdown
    budget: Budget | None = None  # hub: for what goes up, beside the county's; the stricter holds
    budget_down: Budget | None = None  # for what goes to each child, the same
    metrics: str = ""  # host:port on this machine for numbers and health; empty: none
    pages: str = ""  # host:port of the web pages, "off", or empty: on this machine only
    api: str = ""  # county: host:port of the API, "off", or empty: on this machine only
    page_hosts: tuple[str, ...] = ()  # other names, with a port where it differs, of a gateway
    page_certificate: str = ""  # PEM file with the whole chain; empty: one is made
    page_key: str = ""  # PEM file
    second_factor: str = "required"  # or "optional": who may change something needs a telephone
    idle_s: int = IDLE_S  # a login without any click ends
    silent_hub_s: float = 3600.0  # county: a hub that was not heard of for longer is an alarm
    silent_station_s: float = 3 * 86_400.0  # the same of a station: off at weekends
    quota_bytes: int | None = None  # of one station that may wait here; the county's rules bind too
    quota_items: int | None = None  # envelopes and blobs of it, the same
    document_font: str = ""  # county: font file of documents; empty: the program's own
    seal_url: str = ""  # county: https address of the electronic seal system; empty: none
    seal_token: str = ""  # file with the word by which it knows the county
    seal_ca: str = ""  # PEM file of the authority of its certificate

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read ``path``; a missing file means all defaults.

        Raises:
            UsageError: not TOML, an unknown key, or a value of the wrong kind.
        """
        if not path.exists():
            return cls()
        try:
            raw: Mapping[str, Any] = tomllib.loads(read_text(path, MIB))
        except (OSError, ValueError) as exc:
            raise UsageError(f"{path}: {exc}") from None
        if unknown := raw.keys() - _KINDS.keys():
            raise UsageError(f"{path}: unknown keys {sorted(unknown)}")
        try:
            return cls(**{key: _KINDS[key](value) for key, value in raw.items()})
        except UsageError as exc:
            raise UsageError(f"{path}: {exc.detail}") from None
        except (TypeError, ValueError) as exc:
            raise UsageError(f"{path}: {exc}") from None

    @property
    def budgets(self) -> OwnBudgets:
        """How the node restricts what it sends."""
        return OwnBudgets(up=self.budget, down=self.budget_down)


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as TOML gives it
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"page_hosts: a list of host names is expected, not {value!r}")
    return tuple(value)


def _second_factor(value: Any) -> str:  # noqa: ANN401 - as TOML gives it
    if value not in ("required", "optional"):
        raise UsageError(f"second_factor: required or optional is expected, not {value!r}")
    return str(value)


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "database": str,
    "worker": bool,
    "blobs": str,
    "blob_credentials": str,
    "listen": str,
    "linger_s": int,
    "pause_s": float,
    "retry_first_s": float,
    "checkpoint_s": float,
    "max_exchanges": int,
    "drain_s": float,
    "budget": read_budget,
    "budget_down": read_budget,
    "metrics": str,
    "pages": str,
    "api": str,
    "page_hosts": _names,
    "page_certificate": str,
    "page_key": str,
    "second_factor": _second_factor,
    "idle_s": int,
    "silent_hub_s": float,
    "silent_station_s": float,
    "quota_bytes": int,
    "quota_items": int,
    "document_font": str,
    "seal_url": str,
    "seal_token": str,
    "seal_ca": str,
}
