"""A roaming report: a station's signed word that it exchanges with this node from now on.

A station that may use other paths says so in each Hello. Hubs pass it up; the top of the tree
sends what is for the station to where it was last, by the station's own count. So no hub can
draw mail to itself, and a word that comes late changes nothing.

Source: docs/protocol.md section 9.5.
"""

from collections.abc import Callable

from protocol.codec import Record
from protocol.envelope.keys import Context, Publics, Signer, sign_record
from protocol.ids import NONCE_BYTES, NodeId
from protocol.limits import MAX_COUNT, MAX_ROAMING_REPORT_BYTES
from protocol.trust.reports.signed_report import open_word


class RoamingReport(Record, frozen=True, kw_only=True, array_like=True):
    """Who exchanges where; the highest number of a station is its newest report."""

    node: bytes  # the station, 8 bytes
    at: bytes  # whom it calls, 8 bytes
    number: int  # only grows

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        names = (self.node, self.at)
        if any(len(name) != NONCE_BYTES for name in names) or not 0 < self.number < MAX_COUNT:
            raise ValueError("roaming report")

    @property
    def reporter(self) -> NodeId:
        """The station."""
        return NodeId(self.node.hex())

    @property
    def host(self) -> NodeId:
        """Whom it calls."""
        return NodeId(self.at.hex())


def sign_roaming_report(signer: Signer, node: NodeId, at: NodeId, number: int) -> bytes:
    """Signed[RoamingReport], context VISIT, as it stands in a Hello."""
    roaming_report = RoamingReport(node=bytes.fromhex(node), at=bytes.fromhex(at), number=number)
    return sign_record(signer, Context.ROAMING_REPORT, roaming_report)


def read_roaming_report(word: bytes, key_of: Callable[[NodeId], Publics | None]) -> RoamingReport:
    """The report, after the signature of its station was checked.

    Raises:
        SignatureError: not signed by the station that it speaks of, or that has no key.
        MalformedError, TooLargeError: not a roaming report.
    """
    return open_word(
        word, RoamingReport, key_of, context=Context.ROAMING_REPORT, limit=MAX_ROAMING_REPORT_BYTES
    )
