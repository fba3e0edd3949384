"""What can be asked of the county about itself; light, for commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyStatus:
    """Which numbers are in force here, and what is wrong with the county itself."""

    node: str
    name: str
    instance: str  # of the database, in hex
    roster: int  # version
    release: int
    alarms: Sequence[Mapping[str, str]]  # code and words, the most urgent first


STATUS = Call("county.status", Nothing, CountyStatus)
