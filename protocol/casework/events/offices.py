"""A case between the county and a township's office: whoever owns its log goes on with it.

Source: docs/casework.md, "Township offices"; docs/adr/0063-one-owner-of-a-log.md.
"""

from protocol.casework.events.base import Approved, Body
from protocol.ids import NONCE_BYTES
from protocol.limits import MAX_NAME_CHARS
from protocol.records.texts import require_texts


class OfficeGiven(Body, frozen=True, kw_only=True, tag="office-given"):
    """The log is an office's now: the case is sealed for it, and on its way (交乡镇办理)."""

    office: str  # id of its hub
    name: str  # as people call it: 水口镇社会事务办公室
    key: str  # name of the office's key, in hex

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.name, MAX_NAME_CHARS), least=1)
        if any(len(bytes.fromhex(one)) != NONCE_BYTES for one in (self.office, self.key)):
            raise ValueError("office or key")


class OfficeReturned(Body, frozen=True, kw_only=True, tag="office-returned"):
    """The office has done its part: the log is the county's again (乡镇交回)."""


class OfficeReclaimed(Approved, frozen=True, kw_only=True, tag="office-reclaimed"):
    """The county takes the log back, whatever the office still does (收回县里办理)."""


class OfficeWanted(Body, frozen=True, kw_only=True, tag="office-wanted"):
    """What was taken back may go to its office again (再交乡镇)."""
