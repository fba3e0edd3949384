"""The county's slot of a station's vault: for the day on which no clerk knows a password any more.

::

    slot    = [suite, name of the county's key, HPKE(suite, county's key, private half,
               info = "yizhan/vault-county/1" 00 || station's id || public half)]
    release = HPKE(suite 2, one-time key of the desk, private half,
               info = "yizhan/vault-release/1" 00 || station's id || public half)

The slot is made at joining and lies beside the others. The county opens it and seals what is in
it anew, for a one-time key that the desk shows: so neither the line nor a stick ever carries the
private half in the open, and every draft and result stays.

Source: docs/security.md, "Clerks of a station".
"""

from dataclasses import dataclass

from protocol.codec import Record
from protocol.envelope.keys import PublicKeys, key_name
from protocol.envelope.suites import OpeningKey, SoftwareOpeningKey, SuiteNumber, seal, suite_number
from protocol.errors import MalformedError, UnopenableError
from protocol.ids import NodeId

_SLOT = b"yizhan/vault-county/1\x00"
_RELEASE = b"yizhan/vault-release/1\x00"


class CountySlot(Record, frozen=True, kw_only=True):
    """The private half, sealed for the county."""

    suite: int
    key: bytes  # name of the county's key, 8 bytes: it keeps all that it ever had
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRecipient:
    """For whom the slot of one station is sealed."""

    station: NodeId
    keys: PublicKeys  # the county's, from the roster

    def slot(self, key: SoftwareOpeningKey) -> CountySlot:
        """The slot, with the stronger of the suites that the county has.

        Raises:
            MalformedError: the county's key is none.
        """
        suite = SuiteNumber.XWING if self.keys.xwing else SuiteNumber.X25519
        public = self.keys.sealing(suite)
        sealed = seal(suite, public, key.secret, _info(_SLOT, self.station, key.public_bytes()))
        return CountySlot(suite=suite.value, key=key_name(public), sealed=sealed)


def open_county_slot(
    slot: CountySlot, *, station: NodeId, public: bytes, key: OpeningKey
) -> SoftwareOpeningKey:
    """The private half of the vault with this public one.

    Raises:
        UnopenableError: another key's slot, another station's or another vault's, or changed.
    """
    if suite_number(slot.suite) is not key.suite:
        raise UnopenableError(f"the slot is of suite {slot.suite}")
    return _private(key.unwrap(slot.sealed, _info(_SLOT, station, public)), public)


def release_to(key: SoftwareOpeningKey, *, station: NodeId, desk: bytes) -> bytes:
    """The private half sealed for the one-time key (X25519) that a desk shows."""
    info = _info(_RELEASE, station, key.public_bytes())
    return seal(SuiteNumber.X25519, desk, key.secret, info)


def open_release(
    release: bytes, *, station: NodeId, public: bytes, desk: OpeningKey
) -> SoftwareOpeningKey:
    """What :func:`release_to` sealed, at the desk.

    Raises:
        UnopenableError: it is for another desk, key or vault, or was changed.
    """
    return _private(desk.unwrap(release, _info(_RELEASE, station, public)), public)


def _private(plain: bytes, public: bytes) -> SoftwareOpeningKey:
    try:
        key = SoftwareOpeningKey(SuiteNumber.X25519, plain)
    except MalformedError:
        raise UnopenableError("what was sealed is no key of a vault") from None
    if key.public_bytes() != public:
        raise UnopenableError("what was sealed is the key of another vault")
    return key


def _info(context: bytes, station: NodeId, public: bytes) -> bytes:
    return context + bytes.fromhex(station) + public
