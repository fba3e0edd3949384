"""Who asks for another node's keys is refused before the authority hears of it."""

from typing import Any, cast

import pytest

from central.county.keys.renewing import Renewing
from protocol.envelope.keys import SoftwareSigner
from protocol.envelope.payloads import Renewal
from protocol.ids import NodeId
from protocol.trust.certificate import tls_request
from protocol.trust.renewal import RenewalRequest, sign_renewal
from tests.builders.envelopes import HUB, STATION, keys_of, seal


class _Asked:
    """An authority that would renew for everybody, and all else that a renewal needs."""

    def __init__(self) -> None:
        self.renewed: list[NodeId] = []
        self.posted: list[NodeId] = []

    def renew(self, request: RenewalRequest) -> bytes:
        self.renewed.append(NodeId(request.node.hex()))
        return b"certificate"

    async def post(self, _: object, *, to: NodeId, **__: object) -> None:
        self.posted.append(to)

    def offer_soon(self) -> None:
        """No roster is of interest here."""


async def _allowed(*_: object) -> bool:
    return True


def _request(node: NodeId, previous: NodeId) -> Renewal:
    new = SoftwareSigner(b"n" * 32)
    request = RenewalRequest(
        node=bytes.fromhex(node),
        previous=keys_of(previous).signer.public_bytes(),
        signing=new.public_bytes(),
        tls_request=tls_request(node, b"t" * 32),
    )
    return sign_renewal(new, request)


@pytest.mark.parametrize(
    ("node", "previous", "taken"),
    [(STATION, STATION, True), (HUB, STATION, False), (STATION, HUB, False), (HUB, HUB, False)],
)
async def test_a_node_renews_its_own_keys_only_and_by_the_one_that_it_replaces(
    node: NodeId, previous: NodeId, *, taken: bool
) -> None:
    asked = _Asked()
    anything = cast("Any", asked)
    renewing = Renewing(
        registrar=anything, nodes=anything, outgoing=anything, rosters=anything, allowed=_allowed
    )
    await renewing.answer(cast("Any", None), seal(b"asks"), _request(node, previous))  # of STATION
    expected = [STATION] if taken else []
    assert asked.renewed == asked.posted == expected
