"""A hub passes join requests on to the county. It can read neither the keys nor the code."""

from collections.abc import Callable

from central.relay.service import Relay
from protocol.codec import pack
from protocol.errors import PeerError
from protocol.trust.enrolment import JoinParcel, read_answer, read_verdict
from protocol.trust.roster import read_roster
from runtime.line.client import ParentClient


class JoinForwarder:
    """Forwards a parcel; learns the new roster from the answer, so that the node may come in."""

    def __init__(self, relay: Relay, client: Callable[[], ParentClient]) -> None:
        self._relay, self._client = relay, client

    async def admit(self, parcel: JoinParcel) -> bytes:
        """The county's signed word on it, as it is.

        Raises:
            LineError: the county can't be reached now.
            PeerError: what came is not the county's word.
        """
        async with self._client() as client:
            data = await client.join(pack(parcel))
        verdict = read_verdict(self._relay.identity.root, data, parcel)
        if verdict.code:
            return data
        admission, _ = read_answer(verdict.answer)
        try:
            roster = read_roster(
                self._relay.identity.root,
                admission.roster_proof,
                admission.roster,
                self._relay.editions.roster,
            )
        except PeerError:
            return data  # not newer than ours; the joining node checks it by its code
        await self._relay.publish(roster.edition)
        return data
