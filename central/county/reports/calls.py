"""What can be asked about monthly reports; light, for commands that load no county."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReport:
    """Make the report of a month that has ended, or put the last edition right by another."""

    month: str  # 2027-01
    reason: str = ""  # why it is put right; empty: it is the first edition


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowReport:
    """Ask for one edition."""

    month: str
    edition: int = 0  # 0: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One edition, without what it says."""

    month: str
    edition: int
    corrects: int  # 0: the first
    reason: str
    made_ms: int
    by: str
    sha256: str  # of its bytes, in hex
    signature: str  # the county's over them, in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsListed:
    """Every edition, the newest month first."""

    reports: Sequence[ReportLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """One edition with what it says."""

    line: ReportLine
    newest: int  # edition
    is_signed: bool  # by the key that the county has now; else compare the record's digest
    text: str  # its bytes, exactly

    @property
    def body(self) -> Mapping[str, Any]:
        """The same, read."""
        found: Mapping[str, Any] = json.loads(self.text)
        return found


MAKE = Call("county.report-make", MakeReport, ReportLine)
LIST = Call("county.reports", Nothing, ReportsListed, reads=True)
SHOW = Call("county.report", ShowReport, ReportShown, reads=True)
