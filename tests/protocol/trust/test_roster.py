"""Only what the authority signed is a roster, and it never grows younger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import altered, pack
from protocol.envelope.keys import PublicKeys, new_signer
from protocol.errors import DigestError, MalformedError, PeerError, RollbackError, SignatureError
from protocol.ids import NodeId
from protocol.limits import MAX_CERTIFICATE_BYTES
from protocol.trust.edition import Kind, make_head, sign_head
from protocol.trust.roster import NextAuthority, Role, RosterProof, State, open_proof, read_roster
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import COUNTY, HUB, OTHER_STATION, STATION, keys_of
from tests.builders.rosters import SmallAuthority, make_entry, make_nodes
from tests.builders.strategies import flipped

ROOT = SmallAuthority().root.public_bytes()
ELSEWHERE = NodeId("ee00000000000001")


def test_a_roster_comes_back_as_the_authority_made_it() -> None:
    roster = SmallAuthority().roster(version=3)
    assert roster.version == 3
    assert dict(roster.nodes) == make_nodes()
    assert roster.county() == (COUNTY, make_entry(COUNTY))


def test_changes_from_the_version_held_make_the_next_one() -> None:
    authority = SmallAuthority()
    held = authority.roster(1)
    proof = authority.sign(2, make_nodes() | {STATION: make_entry(STATION, state=State.SUSPENDED)})
    body = authority.changes(1, 2)
    newer = read_roster(ROOT, proof, body, held, base=1)
    assert newer.nodes[STATION].state is State.SUSPENDED
    assert newer.active(STATION) is None
    assert newer.active(HUB) == make_entry(HUB)
    assert len(body) < len(authority.changes(0, 2))


@given(st.integers(0, 10_000))
def test_a_proof_with_any_bit_flipped_is_refused(bit: int) -> None:
    proof = SmallAuthority().sign(1, make_nodes())
    with pytest.raises(PeerError):
        open_proof(ROOT, flipped(proof, bit))


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_proof(data: bytes) -> None:
    with pytest.raises(PeerError):
        open_proof(ROOT, data)


def test_another_county_s_roster_is_refused() -> None:
    other = SmallAuthority(root=new_signer(SeededRandomness(200)))
    proof = other.sign(1, make_nodes())
    with pytest.raises(SignatureError):
        read_roster(ROOT, proof, other.changes(0, 1))


def test_a_registrar_that_the_root_did_not_name_is_refused() -> None:
    authority = SmallAuthority()
    authority.sign(1, make_nodes())
    thief = new_signer(SeededRandomness(201))
    head = sign_head(thief, make_head(Kind.ROSTER, 1, authority.versions[1], 1))
    proof = pack(RosterProof(delegation=authority.delegation(), head=head))
    with pytest.raises(SignatureError):
        read_roster(ROOT, proof, authority.changes(0, 1))


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_is_not_newer_is_refused(version: int) -> None:
    authority = SmallAuthority()
    held = authority.roster(2)
    proof = authority.sign(version, make_nodes())
    with pytest.raises(RollbackError):
        read_roster(ROOT, proof, authority.changes(0, version), held)


def test_a_registrar_who_was_replaced_can_sign_no_more() -> None:
    authority = SmallAuthority(number=2, registrar=new_signer(SeededRandomness(202)))
    held = authority.roster(1)
    dismissed = SmallAuthority(number=1)
    proof = dismissed.sign(9, make_nodes())
    with pytest.raises(RollbackError):
        read_roster(ROOT, proof, dismissed.changes(0, 9), held)


def test_changes_from_a_version_that_is_not_held_are_refused() -> None:
    authority = SmallAuthority()
    held = authority.roster(1)
    authority.sign(2, {COUNTY: make_entry(COUNTY)})
    proof = authority.sign(3, make_nodes())
    for known in (held, None):
        with pytest.raises(RollbackError):
            read_roster(ROOT, proof, authority.changes(2, 3), known, base=2)


def test_entries_that_were_exchanged_on_the_way_are_noticed() -> None:
    authority = SmallAuthority()
    proof = authority.sign(1, make_nodes())
    authority.sign(1, make_nodes() | {STATION: make_entry(STATION, state=State.RETIRED)})
    with pytest.raises(DigestError):
        read_roster(ROOT, proof, authority.changes(0, 1))


def test_an_entry_that_is_none_is_refused_even_if_it_was_signed() -> None:
    authority = SmallAuthority()
    authority.versions[1] = {STATION: b"\xc0"}
    head = sign_head(authority.registrar, make_head(Kind.ROSTER, 1, authority.versions[1], 1))
    proof = pack(RosterProof(delegation=authority.delegation(), head=head))
    with pytest.raises(MalformedError):
        read_roster(ROOT, proof, authority.changes(0, 1))


@pytest.mark.parametrize("state", State)
def test_only_an_active_or_draining_node_may_speak(state: State) -> None:
    nodes = make_nodes() | {STATION: make_entry(STATION, state=state)}
    roster = SmallAuthority().roster(1, nodes)
    assert (roster.active(STATION) is not None) is (state in (State.ACTIVE, State.DRAINING))
    assert roster.active(ELSEWHERE) is None


def test_a_node_that_has_not_joined_has_no_signing_key() -> None:
    roster = SmallAuthority().roster()
    assert roster.signing_key(COUNTY) == keys_of(COUNTY).public().signing
    assert roster.signing_key(STATION) is None
    assert roster.signing_key(ELSEWHERE) is None


def test_a_roster_without_a_county_is_noticed() -> None:
    roster = SmallAuthority().roster(1, {HUB: make_entry(HUB)})
    with pytest.raises(MalformedError):
        roster.county()


@pytest.mark.parametrize(
    ("here", "to", "hop"),
    [
        (STATION, COUNTY, HUB),
        (STATION, OTHER_STATION, HUB),
        (STATION, HUB, HUB),
        (HUB, COUNTY, COUNTY),
        (HUB, STATION, STATION),
        (COUNTY, STATION, HUB),
        (COUNTY, HUB, HUB),
        (COUNTY, COUNTY, None),
        (STATION, STATION, None),
        (COUNTY, ELSEWHERE, None),
        (ELSEWHERE, COUNTY, None),
    ],
)
def test_the_next_hop_is_down_if_it_can_be_and_else_up(
    here: NodeId, to: NodeId, hop: NodeId | None
) -> None:
    assert SmallAuthority().roster().next_hop(here, to) == hop


def test_parents_in_a_circle_do_not_send_anybody_round_for_ever() -> None:
    nodes = make_nodes() | {
        HUB: make_entry(HUB, parent=STATION),
        STATION: make_entry(STATION, parent=HUB),
    }
    roster = SmallAuthority().roster(1, nodes)
    assert roster.next_hop(COUNTY, STATION) is None
    assert roster.next_hop(OTHER_STATION, COUNTY) == HUB


def test_roles_have_the_names_that_stand_in_kits_and_commands() -> None:
    assert [role.value for role in Role] == ["county", "hub", "station"]


def test_who_may_call_whom() -> None:
    nodes = make_nodes() | {STATION: make_entry(STATION, others=(COUNTY,))}
    roster = SmallAuthority().roster(1, nodes)
    assert roster.may_call(STATION, HUB)
    assert roster.may_call(STATION, COUNTY)
    assert not roster.may_call(OTHER_STATION, COUNTY)
    assert not roster.may_call(OTHER_STATION, STATION)
    suspended = nodes | {STATION: make_entry(STATION, others=(COUNTY,), state=State.SUSPENDED)}
    assert not SmallAuthority().roster(1, suspended).may_call(STATION, COUNTY)
    dead = nodes | {HUB: make_entry(HUB, state=State.RETIRED)}
    assert not SmallAuthority().roster(1, dead).may_call(STATION, HUB)


@pytest.mark.parametrize("size", [0, MAX_CERTIFICATE_BYTES + 1])
def test_an_announced_authority_has_a_certificate_of_a_usual_size(size: int) -> None:
    with pytest.raises(ValueError, match="authority"):
        NextAuthority(certificate=bytes(size), version=1, announced_ms=0)
    NextAuthority(certificate=bytes(MAX_CERTIFICATE_BYTES), version=1, announced_ms=0)


def test_the_key_before_signs_reports_until_the_node_has_shown_the_present_one() -> None:
    """Its certificate may lie where it no longer calls, and only the report can bring it."""
    present, former = b"p" * 32, (b"f" * 32, b"e" * 32)
    entry = altered(make_entry(STATION), keys=PublicKeys(signing=present))
    for changing, keys in ((b"t" * 32, (present, former[0])), (b"", (present,))):
        held = altered(entry, former=former, former_tls=changing)
        roster = SmallAuthority().roster(1, make_nodes() | {STATION: held})
        assert roster.reporting_keys(STATION) == keys
    assert SmallAuthority().roster().reporting_keys(STATION) == ()
