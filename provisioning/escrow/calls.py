"""What can be asked about keys in a safe; light, for commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportKey:
    """Seal a key into a file, and split what opens it."""

    to: Path  # a folder
    threshold: int  # shares that open it
    shares: int  # that are made


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecovery:
    """Turn the recovery key into shares."""

    to: Path
    threshold: int
    shares: int
    file: Path | None = None  # the key, if it was moved from beside the data folder


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecovery:
    """Make another recovery key for the backups to come."""

    file: Path | None = None  # a new one; None: beside the data folder


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryMade:
    """A recovery key that was made."""

    file: Path | None
    key: str  # its name


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewRegistrar:
    """Name a new registrar by the root's word."""

    sealed: Path
    papers: Sequence[Path]
    above: int = 0  # a roster version that a thief may have given out


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrarRenewed:
    """A registrar that is in force."""

    roster: int  # version
    registrar: int  # its number


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverKeys:
    """Open the county's sealed keys."""

    sealed: Path
    papers: Sequence[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredKeys:
    """The county's keys."""

    keys: bytes = field(repr=False)  # as node/keys.bin holds them


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDrill:
    """Prove that shares and backup would save the county; what is left out is not tried."""

    report: Path  # a new file
    root: Path | None = None
    root_papers: Sequence[Path] = ()
    keys: Path | None = None
    keys_papers: Sequence[Path] = ()
    backup: Path | None = None
    recovery: Path | None = None
    recovery_papers: Sequence[Path] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFacts:
    """What a drill came to."""

    county: str  # root key, in hex
    at_ms: int
    steps: Mapping[str, str]  # passed, not tried, or why it failed
    passed: bool


EXPORT_ROOT = Call("provision.root-export", ExportKey, list[Path])
EXPORT_KEYS = Call("provision.keys-export", ExportKey, list[Path])
EXPORT_RECOVERY = Call("provision.recovery-export", ExportRecovery, list[Path])
NEW_RECOVERY = Call("provision.recovery-new", NewRecovery, RecoveryMade)
RENEW = Call("provision.registrar-replace", RenewRegistrar, RegistrarRenewed)
RECOVER = Call("provision.keys-recover", RecoverKeys, RecoveredKeys)
DRILL = Call("provision.drill", RunDrill, DrillFacts)
