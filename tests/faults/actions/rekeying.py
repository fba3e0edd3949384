"""A county makes and announces its next key: whole and on disk before anybody may seal for it."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from central.county.keys.copies import BACKUP, is_copied, name_of
from central.county.keys.founding import found_county
from central.county.keys.rekeying import Rekeying, _public
from central.county.keys.signing import Signing
from protocol.envelope.keys import SoftwareSigner
from protocol.envelope.suites import SuiteNumber, seal
from provisioning.authority import FOLDER, Authority
from runtime.node.identity import load_identity, sealing_pairs, signing_seeds
from runtime.record import BEGUN, DONE
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock
from tests.builders.disks.mains import Mains
from tests.faults.action import Action

_INFO = b"yizhan/test"


@dataclass
class Office:
    """A county's folder."""

    data: Path

    def __post_init__(self) -> None:
        self.randomness, self.clock = SeededRandomness(11), FakeClock()

    def open(self) -> tuple[Authority, Rekeying]:
        authority = Authority.open(self.data / FOLDER, clock=self.clock, randomness=self.randomness)

        async def nothing() -> None: ...

        async def nobody() -> list[object]:
            return []

        return authority, Rekeying(
            identity=load_identity(self.data),
            authority=authority,
            randomness=self.randomness,
            overview=nobody,  # type: ignore[arg-type] # nobody is asked
            changed=nothing,
        )

    def signing(self) -> tuple[Authority, Signing]:
        authority, rekeying = self.open()
        relay = SimpleNamespace(identity=rekeying.identity)
        return authority, Signing(
            relay=relay,  # type: ignore[arg-type] # no database is asked
            authority=authority,
            catalogue=None,  # type: ignore[arg-type] # nor the catalogue
            randomness=self.randomness,
            overview=rekeying.overview,
            changed=rekeying.changed,
        )


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
    authority, _ = place.open()
    for outcome in (BEGUN, DONE):
        authority.audit.add(actor="", action=BACKUP, subject="backup", outcome=outcome)
    authority.close()
    return place


async def announce(place: Office, mains: Mains) -> None:
    authority, rekeying = place.open()
    with mains.armed():
        rekeying._announce()
    authority.close()


async def use(place: Office, mains: Mains) -> None:
    authority, rekeying = place.open()
    rekeying._announce()
    with mains.armed():
        rekeying._use(force=True)
    authority.close()


async def the_key_is_whole_and_announced_once(place: Office, told: bool) -> None:
    authority, rekeying = place.open()
    entry = rekeying._entry()
    assert entry.next is not None or not told
    if entry.next is not None:
        assert not is_copied(authority, name_of(entry.next.xwing))  # the backup was before
    else:
        rekeying._announce()
    pairs = sealing_pairs(load_identity(place.data))
    assert len(pairs) == 2  # what an interrupted try has made is used again
    coming = rekeying._entry().next
    assert coming is not None
    assert coming.xwing == _public(pairs[1]).xwing
    authority.close()


async def what_the_roster_names_opens(place: Office, told: bool) -> None:
    authority, rekeying = place.open()
    if rekeying._entry().next is not None:
        assert not told
        rekeying._use(force=True)
    keys = rekeying._entry().keys
    assert keys is not None
    opening = load_identity(place.data).keys.opening
    county = authority.keys_of(authority.roster().county()[0])
    assert county == keys
    for suite in SuiteNumber:
        sealed = seal(suite, keys.sealing(suite), b"form", _INFO)
        assert opening[suite].unwrap(sealed, _INFO) == b"form"
    authority.close()


async def sign(place: Office, mains: Mains) -> None:
    authority, signing = place.signing()
    with mains.armed():
        signing._announce()
        signing._use(force=True, stolen=False)
    authority.close()


async def it_signs_with_what_the_roster_names(place: Office, told: bool) -> None:
    authority, signing = place.signing()
    signing.begin()
    entry = signing._entry()
    assert bool(entry.signing_ms) or not told
    if not entry.signing_ms:
        if entry.next_signing is None:
            signing._announce()
        signing._use(force=True, stolen=False)
    seeds = signing_seeds(load_identity(place.data))
    assert len(seeds) == 2  # what an interrupted try has made is used again
    county = authority.roster().county()[0]
    publics = [SoftwareSigner(seed).public_bytes() for seed in seeds]
    assert [*authority.roster().own_keys(county)] == publics[::-1]
    assert signing.relay.identity.keys.signer.public_bytes() == publics[1]
    keys = authority.keys_of(county)
    assert keys is not None
    assert keys.signing == publics[1]
    authority.close()


ACTIONS = [
    Action("county: next signing key", office, sign, it_signs_with_what_the_roster_names),
    Action("county: next key", office, announce, the_key_is_whole_and_announced_once),
    Action("county: key in use", office, use, what_the_roster_names_opens),
]
