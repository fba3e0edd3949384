"""What can be asked of the telephone desk; light, for commands that must not load the county."""

from dataclasses import dataclass, field

from runtime.control.calls import Call

LAST_CHARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquire:
    """Somebody calls."""

    number: str  # of a case, or of a block, as it stands on the slip
    last: str = field(repr=False)  # the last four of the applicant's identity number


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the caller is told, and nothing of the person."""

    sentence: str  # in the words of slip and desk


TELEPHONE = Call("county.telephone", Inquire, Told)
