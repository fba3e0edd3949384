"""A node takes new keys: the old or the new ones are in force, and whole."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from protocol.envelope.keys import PublicKeys
from protocol.trust.certificate import certificate_key_hash
from protocol.trust.renewal import RenewalRequest, open_renewal
from protocol.trust.roster import Role, RosterEntry
from runtime.line.tls import client_context
from runtime.node.identity import load_identity
from runtime.node.renewal import ask_for_keys, keep_certificate, may_take_keys, take_keys
from tests.builders.chance import SeededRandomness
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.county import STATION
from tests.station_agent.village import Village


@dataclass
class Node:
    """A station, and the county that certifies what it asks for."""

    village: Village

    def __post_init__(self) -> None:
        self.randomness = SeededRandomness(9)
        self.issued: dict[bytes, bytes] = {}  # by the signing key: the same answer again
        self.entry: RosterEntry | None = None

    def renew(self) -> None:
        """Ask, get the certificate and the roster, take the keys."""
        identity = load_identity(self.village.data)
        if not may_take_keys(identity, self.entry):
            request = open_renewal(ask_for_keys(identity, self.randomness))
            keep_certificate(identity, self.certify(request), identity.roster())
        if may_take_keys(identity, self.entry):
            take_keys(identity)

    def certify(self, request: RenewalRequest) -> bytes:
        if request.signing not in self.issued:
            tls = self.village.county.tls
            self.issued[request.signing] = tls.issue(
                request.tls_request, STATION, Role.STATION, "", self.randomness
            )
        certificate = self.issued[request.signing]
        self.entry = msgspec.structs.replace(
            self.village.county.entries()[STATION],
            keys=PublicKeys(signing=request.signing),
            tls=certificate_key_hash(certificate),
        )
        return certificate


async def node(root: Path) -> Node:
    return Node(Village(root))


async def renew(place: Node, mains: Mains) -> None:
    with mains.armed():
        place.renew()


async def keys_and_certificate_fit(place: Node, told: bool) -> None:
    identity = load_identity(place.village.data)
    if may_take_keys(identity, place.entry):  # the next start takes them before it exchanges
        take_keys(identity)
        identity = load_identity(place.village.data)
    client_context((identity.ca,), identity.certificate_path, identity.key_path)
    renewed = identity.keys.signer.public_bytes() in place.issued
    assert renewed or not told
    if not renewed:
        place.renew()
    again = load_identity(place.village.data)
    assert again.keys.signer.public_bytes() in place.issued
    client_context((again.ca,), again.certificate_path, again.key_path)


ACTIONS = [Action("node: new keys", node, renew, keys_and_certificate_fit)]
