"""A kit is whole and from the authority that it names, or it is refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.keys import Context, PublicKeys, SoftwareSigner, new_signer, sign_record
from protocol.errors import KitDamagedError, NeedsNewerError, PeerError
from protocol.limits import MAX_KIT_BYTES
from protocol.trust.kit import VERSION, Contact, Kit, kit_file, make_ticket, read_kit, read_ticket
from protocol.trust.roster import Delegation, Role
from tests.builders.chance import SeededRandomness

ROOT, REGISTRAR, STRANGER = (new_signer(SeededRandomness(seed)) for seed in (1, 2, 3))
KIT = Kit(
    version=VERSION,
    root=ROOT.public_bytes(),
    county_name="龙州县",
    county=Contact(node="a" * 16, url="https://127.0.0.1:8440"),
    county_keys=PublicKeys(signing=b"s" * 32, xwing=b"w" * 1216, x25519=b"x" * 32),
    parent=Contact(node="b" * 16, url="https://127.0.0.1:8441"),
    ca=b"certificate" * 30,
    node="c" * 16,
    role=Role.STATION,
    code="451423103201",
    name="独山村",
    ticket=b"",
)


def delegation(root: SoftwareSigner = ROOT, registrar: SoftwareSigner = REGISTRAR) -> bytes:
    word = Delegation(number=1, registrar=registrar.public_bytes(), created_ms=0)
    return sign_record(root, Context.REGISTRAR, word)


KIT = msgspec.structs.replace(
    KIT, ticket=make_ticket(delegation(), REGISTRAR, KIT.node, b"invited!")
)


def make_kit(**changes: object) -> bytes:
    return kit_file(delegation(), REGISTRAR, msgspec.structs.replace(KIT, **changes))


WHOLE = make_kit()


def test_a_kit_is_read_as_it_was_written() -> None:
    assert read_kit(WHOLE) == KIT


def test_no_byte_of_a_kit_can_be_changed() -> None:
    for at in range(len(WHOLE)):
        with pytest.raises(KitDamagedError):
            read_kit(WHOLE[:at] + bytes([WHOLE[at] ^ (1 << at % 8)]) + WHOLE[at + 1 :])


def test_a_kit_cut_short_or_with_more_behind_it_is_damaged() -> None:
    for size in range(len(WHOLE)):
        with pytest.raises(KitDamagedError):
            read_kit(WHOLE[:size])
    with pytest.raises(KitDamagedError):
        read_kit(WHOLE + b"\0")


@given(st.binary(max_size=200))
def test_other_files_are_no_kits(data: bytes) -> None:
    for file in (data, WHOLE[:11] + data):
        with pytest.raises(KitDamagedError):
            read_kit(file)


def test_a_kit_over_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(KitDamagedError, match="not a kit file"):
        read_kit(WHOLE + bytes(MAX_KIT_BYTES))


def test_a_kit_that_the_registrar_did_not_sign_is_damaged() -> None:
    with pytest.raises(KitDamagedError):
        read_kit(kit_file(delegation(), STRANGER, KIT))


def test_a_registrar_that_the_root_did_not_name_signs_no_kits() -> None:
    for forged in (delegation(STRANGER, STRANGER), delegation(ROOT, STRANGER)):
        with pytest.raises(KitDamagedError):
            read_kit(kit_file(forged, REGISTRAR, KIT))


def test_a_stranger_can_only_make_kits_of_a_county_of_his_own() -> None:
    """That such a kit is the wrong one is found out by the one-time code."""
    own = delegation(STRANGER, STRANGER)
    ticket = make_ticket(own, STRANGER, KIT.node, b"invited!")
    forged = msgspec.structs.replace(KIT, root=STRANGER.public_bytes(), ticket=ticket)
    file = kit_file(own, STRANGER, forged)
    assert read_kit(file).root != KIT.root


def test_a_kit_of_a_later_kind_says_so() -> None:
    with pytest.raises(NeedsNewerError, match="version 2"):
        read_kit(make_kit(version=2))
    with pytest.raises(KitDamagedError):  # not before it is known to be of this county
        read_kit(kit_file(delegation(), STRANGER, msgspec.structs.replace(KIT, version=2)))


def test_a_ticket_is_of_its_county_and_its_node() -> None:
    ticket = read_ticket(KIT.root, KIT.ticket)
    assert (ticket.node, ticket.invitation) == (KIT.node, b"invited!")
    other = make_ticket(delegation(), STRANGER, KIT.node, b"invited!")
    for root, data in ((STRANGER.public_bytes(), KIT.ticket), (KIT.root, other), (KIT.root, WHOLE)):
        with pytest.raises(PeerError):
            read_ticket(root, data)
    for at in range(len(KIT.ticket)):
        with pytest.raises(PeerError):
            read_ticket(
                KIT.root, KIT.ticket[:at] + bytes([KIT.ticket[at] ^ 1]) + KIT.ticket[at + 1 :]
            )


@pytest.mark.parametrize("ticket", ["other node", "stranger", "none"])
def test_a_kit_without_its_own_ticket_is_damaged(ticket: str) -> None:
    tickets = {
        "other node": make_ticket(delegation(), REGISTRAR, "d" * 16, b"invited!"),
        "stranger": make_ticket(delegation(), STRANGER, KIT.node, b"invited!"),
        "none": b"",
    }
    with pytest.raises(KitDamagedError):
        read_kit(make_kit(ticket=tickets[ticket]))
