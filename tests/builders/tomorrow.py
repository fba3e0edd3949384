"""What a program of tomorrow sends, and a program of today that becomes one.

An upgrade is told in one place: the kinds of payload that a program knows, and the record of a
roster's entry. Nothing else of the program changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from protocol.codec import Record, pack, unpack_plain
from protocol.envelope import payloads
from protocol.envelope.payloads import Application, Decision, Inquiry, Payload, payload_bytes
from protocol.trust import roster as rosters
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.roster import RosterEntry, RosterProof
from provisioning.authority import Authority


class ApplicationOfTomorrow(Application, frozen=True, kw_only=True, tag="application"):
    """With a field that today's program does not know."""

    guardian: str = ""


class DecisionOfTomorrow(Decision, frozen=True, kw_only=True, tag="decision"):
    """The same on the way back."""

    appeal_days: int = 0


class Census(Inquiry, frozen=True, kw_only=True, tag="census"):
    """A kind of payload of tomorrow, which asks for something as an inquiry does."""


class EntryOfTomorrow(RosterEntry, frozen=True, kw_only=True):
    """A node on a roster of tomorrow."""

    curfew: str = ""
    must: tuple[str, ...] = ()


def extended(payload: Payload, *, must: bool = False, **fields: Any) -> bytes:
    """``payload`` with more fields, and whether they have to be understood."""
    plain = unpack_plain(payload_bytes(payload))
    assert isinstance(plain, dict)
    return pack(plain | fields | ({"must": [*fields]} if must else {}))


def of_type(name: str, **fields: Any) -> bytes:
    """A payload of a kind that nobody knows today."""
    return pack({"type": name} | fields)


@contextmanager
def upgraded() -> Iterator[None]:
    """From here on the program is tomorrow's."""
    kinds: dict[str, type[Record]] = {
        "application": ApplicationOfTomorrow,
        "decision": DecisionOfTomorrow,
        "census": Census,
    }
    with (
        mock.patch.dict(payloads.KINDS, kinds),
        mock.patch.object(rosters, "RosterEntry", EntryOfTomorrow),
    ):
        yield


def roster_of_tomorrow(
    authority: Authority, *, must: bool, version: int | None = None, **fields: Any
) -> Edition:
    """The authority's roster as a county of tomorrow signs it: more on the county's own entry."""
    held = authority.roster()
    county, _ = held.county()
    plain = unpack_plain(held.edition.entries[county])
    assert isinstance(plain, dict)
    entry = pack(plain | fields | ({"must": [*fields]} if must else {}))
    entries = dict(held.edition.entries) | {county: entry}
    head = make_head(
        Kind.ROSTER, version or held.version + 1, entries, held.edition.head.created_ms
    )
    signed = sign_head(authority.signer, head)
    proof = pack(RosterProof(delegation=authority.delegation, head=signed))
    return replace(held.edition, head=head, proof=proof, entries=entries)
