"""Rosters and releases of the catalogue: proofs, changes, entries, forms, budgets."""

import json
from collections.abc import Iterator
from typing import Any

from protocol.catalogue.forms.reading import form_text, read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.entries import catalogue_entries
from protocol.catalogue.items.release import parse_item
from protocol.codec import pack
from protocol.envelope.keys import Context, Signed
from protocol.envelope.suites import SuiteNumber
from protocol.limits import MIB
from protocol.trust.budget import Plan, read_budget
from protocol.trust.edition import Kind, apply_changes, changes, make_head, sign_head
from protocol.trust.release import read_release
from protocol.trust.revocation import closed_to, turned_away
from protocol.trust.roster import Drained, State, entry_bytes, read_roster
from protocol.trust.rules import NO_RULES, Rules
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.rosters import START_MS, SmallAuthority, make_entry, make_nodes
from tests.central.county.village import CATALOGUE
from tests.fuzz.target import Target

COUNTY_KEYS = keys_of(COUNTY)
COUNTY_PUBLIC = COUNTY_KEYS.signer.public_bytes()
AUTHORITY = SmallAuthority()
PROOF = AUTHORITY.sign(1, make_nodes())
CHANGES = AUTHORITY.changes(0, 1)
ENTRIES = catalogue_entries(CATALOGUE)
HEAD = make_head(Kind.RELEASE, 1, ENTRIES, START_MS)
RELEASE_PROOF = sign_head(COUNTY_KEYS.signer, HEAD)
FORM = {"name": "样福丽", "age": 61, "list": [1.5, None, True, {"a": "b"}]}
SCHEMA = FormSchema(
    {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
)
BUDGET = {"link": {"bytes_per_s": 4000}, "blobs": {"windows": ["* 22-23 * * *"]}}
_EDITION_BYTES = 96 * MIB  # one of 16 MiB, decompressed, in entries, with its dictionary


def _roster_proof(data: bytes) -> None:
    read_roster(AUTHORITY.root.public_bytes(), data, CHANGES)


def _roster_changes(data: bytes) -> None:
    read_roster(AUTHORITY.root.public_bytes(), PROOF, data)


def _roster_entry(data: bytes) -> None:
    """A node's entry is anything, in a roster that is signed; then it is asked for ways."""
    entries = {str(node): entry_bytes(make_entry(node)) for node in (COUNTY, HUB)}
    entries[STATION] = data
    head = make_head(Kind.ROSTER, 1, entries, START_MS)
    authority = SmallAuthority()
    proof = authority.prove(head)
    roster = read_roster(authority.root.public_bytes(), proof, changes({}, entries))
    roster.next_hop(COUNTY, STATION)
    roster.next_hop(STATION, COUNTY)
    roster.may_call(STATION, HUB)
    roster.signing_keys(STATION)
    turned_away(roster.nodes[STATION], bytes(32))
    closed_to(roster.nodes[STATION], bytes(32))
    for entry in roster.nodes.values():
        (entry.rules or NO_RULES).suite_for(SuiteNumber.XWING)


def _roster_head(data: bytes) -> None:
    """What the registrar has signed is anything."""
    signature = AUTHORITY.registrar.sign(Context.ROSTER, data)
    proof = AUTHORITY.proof_of(pack(Signed(body=data, signature=signature)))
    read_roster(AUTHORITY.root.public_bytes(), proof, CHANGES)


def _release(data: bytes) -> None:
    read_release(COUNTY_PUBLIC, RELEASE_PROOF, data, base=0)


def _release_proof(data: bytes) -> None:
    read_release(COUNTY_PUBLIC, data, changes({}, ENTRIES), base=0)


def _release_head(data: bytes) -> None:
    """What the county has signed is anything."""
    signature = COUNTY_KEYS.signer.sign(Context.RELEASE, data)
    proof = pack(Signed(body=data, signature=signature))
    read_release(COUNTY_PUBLIC, proof, changes({}, ENTRIES), base=0)


def _delta(data: bytes) -> None:
    apply_changes(ENTRIES, data, HEAD)


def _form(data: bytes) -> None:
    SCHEMA.check(read_form(data))
    form_text(data)


def _budget(data: bytes) -> None:
    """What stands in a settings file, as JSON here."""
    plain: Any
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        return
    Plan.of(read_budget(plain))


def targets() -> Iterator[Target]:
    """The parsers of editions."""
    whole, large = changes({}, ENTRIES), _EDITION_BYTES
    head = make_head(Kind.ROSTER, 1, {n: entry_bytes(e) for n, e in make_nodes().items()}, START_MS)
    lost = Drained(signing=(b"l" * 32, b"f" * 32), tls=(b"t" * 32,), upto=17)
    withdrawn = make_entry(STATION, state=State.DRAINING, upto=3, drained=(lost, lost))
    ruled = make_entry(COUNTY, rules=Rules(suites=(1,), keys_days=180, quota_items=50_000))
    entries = [entry_bytes(entry) for entry in (*make_nodes().values(), withdrawn, ruled)]
    deltas = [whole, changes(ENTRIES, {}), changes(ENTRIES, ENTRIES)]
    forms = [json.dumps(FORM, ensure_ascii=plain).encode() for plain in (True, False)]
    yield Target(name="roster proof", corpus=[PROOF], parse=_roster_proof)
    yield Target(name="roster head, signed anew", corpus=[pack(head)], parse=_roster_head)
    yield Target(name="roster entry, signed anew", corpus=entries, parse=_roster_entry)
    yield Target(
        name="roster changes", corpus=[CHANGES], parse=_roster_changes, largest_bytes=large
    )
    yield Target(name="release proof", corpus=[RELEASE_PROOF], parse=_release_proof)
    yield Target(name="release head, signed anew", corpus=[pack(HEAD)], parse=_release_head)
    yield Target(name="release changes", corpus=[whole], parse=_release, largest_bytes=large)
    yield Target(name="release delta", corpus=deltas, parse=_delta, largest_bytes=large)
    yield Target(name="catalogue file", corpus=[CATALOGUE], parse=catalogue_entries)
    yield Target(name="catalogue item", corpus=[*ENTRIES.values()], parse=parse_item)
    yield Target(name="form", corpus=forms, parse=_form)
    yield Target(name="budget", corpus=[json.dumps(BUDGET).encode()], parse=_budget)
