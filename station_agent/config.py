"""The station's settings: one frozen object, read once from ``DATA/station.toml``.

The file may be missing; every setting has a default.

Source: docs/operations.md, "Settings of a station".
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.text import decode
from protocol.trust.budget import Budget, read_budget

FILE = "station.toml"
_MAX_PORT = 65_535
_MAX_PAUSE_S, _MAX_LINGER_S, _MAX_SILENCE_S = 3600.0, 600, 7 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StationConfig:
    """What an operator may set."""

    exchange_pause_s: float = 5.0  # between exchanges that went well; spread by half either way
    linger_s: int = 50  # how long a silent exchange stays open, so that results come at once
    another_path_after_s: float = 1800.0  # silence of the parent before other nodes are called
    suite: SuiteNumber = SuiteNumber.XWING  # 1, or 2 for the slowest lines
    budget: Budget | None = None  # beside the county's: the stricter holds
    desk_port: int | None = None  # of the desk on 127.0.0.1; 0: no desk; None: not chosen yet
    desk_idle_s: int = 600  # without a click before the desk locks
    metrics: str = ""  # host:port on this machine for numbers and health; empty: none
    scanner_folder: Path | None = None  # into which a scanner writes; None: there is none

    @classmethod
    def load(cls, data: Path) -> Self:
        """The settings of the data folder.

        Raises:
            UsageError: not TOML, an unknown key, or a value out of its range.
        """
        path = data / FILE
        try:
            raw = tomllib.loads(decode(path.read_bytes()))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as exc:
            raise UsageError(f"{path}: {exc}") from None
        if unknown := raw.keys() - _PARSERS.keys():
            raise UsageError(f"{path}: unknown keys {sorted(unknown)}")
        return cls(**_parsed(raw, path))


def _parsed(raw: Mapping[str, Any], path: Path) -> dict[str, Any]:
    found = {}
    for key, value in raw.items():
        try:
            found[key] = _PARSERS[key](value)
        except UsageError as exc:
            raise UsageError(f"{path}: {exc.detail}") from None
        except (TypeError, ValueError):
            raise UsageError(f"{path}: {key} = {value!r}") from None
    return found


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(value)
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _whole_path(value: object) -> Path:
    if not isinstance(value, str) or not Path(value).is_absolute():
        raise ValueError(value)
    return Path(value)


_PARSERS: Mapping[str, Callable[[Any], object]] = {
    "exchange_pause_s": lambda value: _number(value, 0.1, _MAX_PAUSE_S),
    "linger_s": lambda value: int(_number(value, 0, _MAX_LINGER_S)),
    "another_path_after_s": lambda value: _number(value, 1, _MAX_SILENCE_S),
    "suite": SuiteNumber,
    "budget": read_budget,
    "desk_port": lambda value: int(_number(value, 0, _MAX_PORT)),
    "metrics": _text,
    "scanner_folder": _whole_path,
    "desk_idle_s": lambda value: int(_number(value, 30, _MAX_PAUSE_S)),
}
