"""A county gets another TLS authority: half of one counts for nothing, and start-up goes on."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from central.county.keys.founding import found_county
from central.county.keys.tls import TlsRekeying
from protocol.trust.certificate import certificate_der, is_issued_by
from provisioning.authority import FOLDER, Authority
from provisioning.tls_files import find_authority
from runtime.line.tls import server_context
from runtime.node.identity import load_identity
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock
from tests.builders.disks.mains import Mains
from tests.faults.action import Action


@dataclass
class Office:
    """A county's folder."""

    data: Path

    def __post_init__(self) -> None:
        self.randomness, self.clock = SeededRandomness(12), FakeClock()

    def open(self) -> tuple[Authority, TlsRekeying]:
        """As the county's start does."""
        authority = Authority.open(self.data / FOLDER, clock=self.clock, randomness=self.randomness)

        async def nothing() -> None: ...

        async def nobody() -> list[object]:
            return []

        tls = TlsRekeying(
            identity=load_identity(self.data),
            authority=authority,
            overview=nobody,  # type: ignore[arg-type] # nobody is asked
            changed=nothing,
        )
        tls.begin()
        return authority, tls


async def office(root: Path) -> Office:
    place = Office(root)
    found_county(
        root,
        code="451423",
        name="龙州县",
        url="https://127.0.0.1:8440",
        database="",
        clock=place.clock,
        randomness=place.randomness,
    )
    return place


async def succeed(place: Office, mains: Mains) -> None:
    authority, tls = place.open()
    with mains.armed():
        tls._announce()
        tls._use(force=True, stolen=False)
        authority.succession.drop()
    authority.close()


def finish(authority: Authority, tls: TlsRekeying) -> None:
    """What an operator does who finds it half done: each step that is left."""
    succession = authority.succession
    if not authority.roster().county()[1].authorities:
        if succession.announced is None:
            tls._announce()
        tls._use(force=True, stolen=False)
    if len(succession.counted) > 1:
        succession.drop()


async def one_authority_is_left_and_works(place: Office, told: bool) -> None:
    authority, tls = place.open()
    first = load_identity(place.data).ca
    assert not told or (authority.ca_der != first and len(authority.succession.counted) == 1)
    own = certificate_der(load_identity(place.data).certificate)
    assert is_issued_by(own, authority.ca_der)  # whatever the cut has left
    finish(authority, tls)
    authority.close()
    authority, tls = place.open()
    assert authority.ca_der != first
    assert authority.roster().authorities(first) == (authority.ca_der,)
    assert find_authority(authority.folder, authority.ca_der)
    assert len([*authority.folder.glob("ca*.key")]) == 1  # what a try has made is used again
    identity = await asyncio.to_thread(load_identity, place.data)
    assert is_issued_by(certificate_der(identity.certificate), authority.ca_der)
    server_context((authority.ca_der,), identity.certificate_path, identity.key_path)
    authority.close()


ACTIONS = [Action("county: next TLS authority", office, succeed, one_authority_is_left_and_works)]
