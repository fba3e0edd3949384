"""Files made for one person to fetch: in memory only, because one-time codes may be in them."""

from dataclasses import dataclass, field

from central.web.limits import KEPT_S, MAX_PARCEL_BYTES, MAX_PARCELS
from protocol.errors import BusyError, PageMissingError
from protocol.ports import Clock, Randomness

_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One file."""

    owner: str  # account that may fetch it
    name: str  # what the browser saves it as
    kind: str  # media type
    data: bytes = field(repr=False)
    made_s: float  # ticks


class Parcels:
    """The files of one site that wait to be fetched."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock, self._randomness = clock, randomness
        self._parcels: dict[str, Parcel] = {}

    def put(self, owner: str, name: str, kind: str, data: bytes) -> str:
        """Keep a file for an hour; the number to fetch it by.

        Raises:
            BusyError: too much is kept already.
        """
        self._sweep()
        if len(self._parcels) >= MAX_PARCELS or len(data) > MAX_PARCEL_BYTES:
            raise BusyError(name)
        number = self._randomness.token(_NAME_BYTES).hex()
        made_s = self._clock.ticks_s()
        self._parcels[number] = Parcel(owner=owner, name=name, kind=kind, data=data, made_s=made_s)
        return number

    def of(self, owner: str, number: str) -> Parcel:
        """One that was made for ``owner``.

        Raises:
            PageMissingError: there is none, or not any more.
        """
        self._sweep()
        parcel = self._parcels.get(number)
        if parcel is None or parcel.owner != owner:
            raise PageMissingError(number[:40])
        return parcel

    def _sweep(self) -> None:
        since = self._clock.ticks_s() - KEPT_S
        self._parcels = {k: parcel for k, parcel in self._parcels.items() if parcel.made_s > since}
