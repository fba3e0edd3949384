"""The county's signed word on what time it is: the only time that any node goes by.

Order comes from the number: a higher one wins, whatever it says; a lower or equal one is ignored.
The number never falls, not even with a restore of the county, so nobody can bring an old time back.

Source: docs/protocol.md section 9.4; docs/adr/0025-time.md.
"""

from protocol.codec import Record, unpack
from protocol.envelope.keys import Context, Publics, Signed, Signer, open_signed, sign_record
from protocol.ids import NONCE_BYTES, Instance
from protocol.limits import MAX_COUNT, MAX_TIME_BYTES, MAX_TIME_MS


class TimeStatement(Record, frozen=True, kw_only=True, array_like=True):
    """What time it was at the county when it signed this."""

    instance: bytes  # of the county's database, 8 bytes: for people who look into a doubt
    n: int  # only grows
    at_ms: int  # UTC

    def __post_init__(self) -> None:
        """Refuse what no honest program signs."""
        if (
            len(self.instance) != NONCE_BYTES
            or not 0 < self.n < MAX_COUNT
            or not 0 < self.at_ms <= MAX_TIME_MS
        ):
            raise ValueError("time")


def sign_time(signer: Signer, *, instance: Instance, n: int, at_ms: int) -> bytes:
    """Signed[TimeStatement], context TIME."""
    statement = TimeStatement(instance=instance, n=n, at_ms=at_ms)
    return sign_record(signer, Context.TIME, statement)


def open_time(county_signing: Publics, signed: bytes) -> TimeStatement:
    """What the county says, after its signature was checked.

    Raises:
        SignatureError: the county did not sign it.
        MalformedError, TooLargeError: not a time, or none that a clock says.
    """
    body = open_signed(county_signing, Context.TIME, signed, limit=MAX_TIME_BYTES)
    return unpack(body, TimeStatement, limit=MAX_TIME_BYTES)


def known_time(signed: bytes) -> TimeStatement:
    """A statement that was checked when it came."""
    return unpack(unpack(signed, Signed).body, TimeStatement)
