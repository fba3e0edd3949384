"""What can be asked about originals that travel, and what is told.

Source: docs/operations.md, "Originals".
"""

from dataclasses import dataclass, field

from protocol.errors import UsageError
from protocol.ids import application_id
from protocol.limits import MAX_NAME_CHARS
from protocol.records.texts import require_day, require_texts
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """An original goes from one to the next, and both sign."""

    stop: str  # id of this record, made by the caller: the same again is answered alike
    application: str  # id, case number or the citizen's number
    what: str = field(repr=False)  # 户口簿原件
    giver: str = field(repr=False)
    taker: str = field(repr=False)
    clerk: str = ""  # who writes it down
    day: str = ""  # when it was, where this PC's date is wrong

    def __post_init__(self) -> None:
        """Raise UsageError if something is missing or too long."""
        try:
            application_id(self.stop)  # of the same form
            require_texts(
                *((text, MAX_NAME_CHARS) for text in (self.what, self.giver, self.taker)), least=1
            )
            require_texts((self.clerk, MAX_NAME_CHARS))
            if self.day:
                require_day(self.day)
        except ValueError:
            raise UsageError(
                f"要写明是什么、谁交出、谁接收，各最多 {MAX_NAME_CHARS} 个字；日期写成 2027-01-31"
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """It is on disk."""

    stop: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOriginals:
    """The stops of the originals of one application."""

    application: str
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShown:
    """One of them."""

    stop: str
    what: str
    giver: str
    taker: str
    at_ms: int  # by the best clock of this PC
    day: str
    clerk: str


PASS_ON = Call("pass-on", PassOn, PassedOn)
ORIGINALS = Call("originals", ShowOriginals, list[StopShown], reads=True)
