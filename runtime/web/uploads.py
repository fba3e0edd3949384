"""Files that somebody sent to look at before they count: in memory, forgotten after an hour."""

from dataclasses import dataclass, field

from protocol.errors import BusyError, PageMissingError
from protocol.ports import Clock, Randomness
from runtime.web.limits import KEPT_S, MAX_UPLOADS

_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file."""

    owner: str  # account that sent it
    name: str  # as the browser called it
    data: bytes = field(repr=False)
    made_s: float  # ticks


class Uploads:
    """The files of one site that wait for their owner's word."""

    def __init__(self, clock: Clock, randomness: Randomness, *, max_bytes: int = 0) -> None:
        """Args: max_bytes: of one file."""
        self._clock, self._randomness, self.max_bytes = clock, randomness, max_bytes
        self._uploads: dict[str, Upload] = {}

    def put(self, owner: str, name: str, data: bytes) -> str:
        """Keep a file for an hour; the number to find it by.

        Raises:
            BusyError: too much is kept already.
        """
        self._sweep()
        if len(self._uploads) >= MAX_UPLOADS or len(data) > self.max_bytes:
            raise BusyError(name[:40])
        number = self._randomness.token(_NAME_BYTES).hex()
        made_s = self._clock.ticks_s()
        self._uploads[number] = Upload(owner=owner, name=name, data=data, made_s=made_s)
        return number

    def of(self, owner: str, number: str) -> Upload:
        """One that ``owner`` sent.

        Raises:
            PageMissingError: there is none, or not any more.
        """
        self._sweep()
        upload = self._uploads.get(number)
        if upload is None or upload.owner != owner:
            raise PageMissingError(number[:40])
        return upload

    def _sweep(self) -> None:
        since = self._clock.ticks_s() - KEPT_S
        self._uploads = {k: upload for k, upload in self._uploads.items() if upload.made_s > since}
