"""Vectors of editions: digest and changes of a release, delegation and proof of a roster."""

import hashlib
import struct
from collections.abc import Callable, Mapping

from protocol.codec import altered, pack
from protocol.envelope.compress import expand_public
from protocol.envelope.keys import Context, PublicKeys, SoftwareSigner, sign_record
from protocol.limits import MAX_EDITION_BYTES
from protocol.trust.edition import (
    Head,
    Kind,
    apply_changes,
    changes,
    digest,
    make_head,
    open_head,
    sign_head,
)
from protocol.trust.roster import (
    Delegation,
    Drained,
    NextAuthority,
    NextKeys,
    Role,
    RosterEntry,
    RosterProof,
    State,
    Village,
    entry_bytes,
    open_proof,
    read_roster,
)
from protocol.trust.rules import Rules
from tests.vectors import actors
from tests.vectors.actors import AT_MS, COUNTY, HUB, STATION, some_bytes
from tests.vectors.plain import Vector, fields, record

_ENTRIES_1 = {
    "@about": '{"title":"龙州县政务服务事项目录"}'.encode(),
    "451423-dropped": b'{"id":"451423-dropped"}',
    "451423-pension": '{"id":"451423-pension","name":"城乡居民养老保险"}'.encode(),
}
_ENTRIES_2 = {
    "@about": _ENTRIES_1["@about"],
    "451423-added": some_bytes("added item", 40),
    "451423-pension": '{"id":"451423-pension","name":"城乡居民基本养老保险"}'.encode(),
}


def _listing(entries: Mapping[str, bytes | None]) -> bytes:
    """``u16 key length || u32 length || key || entry`` each; a length of 2^32-1 drops the key."""
    found = bytearray()
    for key, entry in entries.items():
        size = 2**32 - 1 if entry is None else len(entry)
        found += struct.pack(">HI", len(key.encode()), size) + key.encode() + (entry or b"")
    return bytes(found)


def _changes_plain(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> bytes:
    dropped = dict.fromkeys(sorted(old.keys() - new.keys()))
    return _listing({**dropped, **{k: new[k] for k in sorted(new) if old.get(k) != new[k]}})


def _release(version: int, base: Mapping[str, bytes], entries: Mapping[str, bytes]) -> Vector:
    county = actors.signer("county")
    head = make_head(Kind.RELEASE, version, entries, AT_MS)
    return {
        "kind": "release",
        "county_secret": county.secret,
        "county_public": county.public_bytes(),
        "base": dict(base),
        "entries": dict(entries),
        "digest": head.digest,
        "head": fields(head),
        "proof": sign_head(county, head),
        "base_plain": _listing(dict(sorted(base.items()))),
        "changes_plain": _changes_plain(base, entries),
        "changes": changes(base, entries),
    }


def check_release(vector: Vector) -> None:
    head, base, entries = record(Head, vector["head"]), vector["base"], vector["entries"]
    assert digest(entries) == vector["digest"] == _digest_by_hand(entries)
    assert make_head(Kind.RELEASE, head.version, entries, head.created_ms) == head

    county = SoftwareSigner(vector["county_secret"])
    assert county.public_bytes() == vector["county_public"]
    assert sign_head(county, head) == vector["proof"]
    assert open_head(vector["county_public"], Kind.RELEASE, vector["proof"]) == head

    assert vector["base_plain"] == _listing(dict(sorted(base.items())))
    assert vector["changes_plain"] == _changes_plain(base, entries)
    plain = expand_public(vector["changes"], vector["base_plain"], limit=MAX_EDITION_BYTES)
    assert plain == vector["changes_plain"]
    assert apply_changes(base, vector["changes"], head) == entries
    assert apply_changes(base, changes(base, entries), head) == entries


def _digest_by_hand(entries: Mapping[str, bytes]) -> bytes:
    total = b""
    for key in sorted(entries):
        total += len(key).to_bytes(2, "big") + key.encode()
        total += hashlib.sha256(entries[key]).digest()
    return hashlib.sha256(total).digest()


def make_delegation() -> Delegation:
    return Delegation(
        number=2, registrar=actors.signer("registrar").public_bytes(), created_ms=AT_MS
    )


def _nodes(rules: Rules | None = None) -> dict[str, RosterEntry]:
    county = RosterEntry(
        role=Role.COUNTY,
        state=State.ACTIVE,
        code="451423000000",
        name="龙州县政务服务中心",
        url="https://county.example:8440",
        tls=some_bytes("county tls"),
        keys=actors.keys_of("county").public(),
        rules=rules,
    )
    hub = RosterEntry(
        role=Role.HUB,
        state=State.SUSPENDED,
        code="451423103000",
        name="水口镇",
        parent=COUNTY,
        url="https://hub.example:8441",
        tls=some_bytes("hub tls"),
        keys=actors.keys_of("hub").public(),
    )
    station = RosterEntry(
        role=Role.STATION, state=State.INVITED, code="451423103201", name="独山村", parent=HUB
    )
    return {COUNTY: county, HUB: hub, STATION: station}


def _revoked() -> dict[str, RosterEntry]:
    """A draining station, a lost PC that waits for another, and a station that is stopped."""
    nodes, own = _nodes(), actors.keys_of("station").public().signing
    station = altered(nodes[STATION], state=State.DRAINING, keys=PublicKeys(signing=own), upto=0)
    lost = Drained(
        signing=(some_bytes("lost key"), some_bytes("former key")),
        tls=(some_bytes("lost tls"),),
        upto=17,
    )
    waiting = altered(nodes[STATION], drained=(lost, Drained(signing=(some_bytes("older key"),))))
    stopped = altered(station, state=State.STOPPED, upto=None)
    return {**nodes, STATION: station, "cc" * 8: waiting, "dd" * 8: stopped}


def _ruled() -> dict[str, RosterEntry]:
    """A county that rules over its nodes."""
    return _nodes(Rules(suites=(1,), keys_days=180, quota_bytes=2**29, quota_items=50_000))


def _rekeying() -> dict[str, RosterEntry]:
    """A county that has announced its next sealing keys."""
    nodes = _nodes()
    coming = NextKeys(
        xwing=some_bytes("next xwing", 1216),
        x25519=some_bytes("next x25519", 32),
        version=5,
        announced_ms=AT_MS,
    )
    return {**nodes, COUNTY: altered(nodes[COUNTY], next=coming)}


def _succeeded() -> dict[str, RosterEntry]:
    """A county with its second TLS authority in use, the first still counted, a third announced."""
    nodes = _nodes()
    coming = NextAuthority(
        certificate=some_bytes("third authority", 320), version=5, announced_ms=AT_MS
    )
    counted = (some_bytes("second authority", 320), some_bytes("first authority", 320))
    county = altered(nodes[COUNTY], authorities=counted, next_authority=coming)
    return {**nodes, COUNTY: county}


def _serving() -> dict[str, RosterEntry]:
    """A station that serves two villages beside its own."""
    nodes = _nodes()
    villages = (
        Village(code="451423103202", name="共和村"),
        Village(code="451423103203", name="北胜村"),
    )
    return {**nodes, STATION: altered(nodes[STATION], serves=villages)}


def make_roster(make: Callable[[], dict[str, RosterEntry]] = _nodes) -> Vector:
    root, registrar, delegation = (
        actors.signer("root"),
        actors.signer("registrar"),
        make_delegation(),
    )
    nodes = make()
    entries = {node: entry_bytes(entry) for node, entry in nodes.items()}
    head = make_head(Kind.ROSTER, 5, entries, AT_MS)
    signed = sign_record(root, Context.REGISTRAR, delegation)
    proof = RosterProof(delegation=signed, head=sign_head(registrar, head))
    return {
        "kind": "roster",
        "root_secret": root.secret,
        "root_public": root.public_bytes(),
        "registrar_secret": registrar.secret,
        "delegation": fields(delegation),
        "signed_delegation": signed,
        "nodes": {node: fields(entry) for node, entry in nodes.items()},
        "entries": entries,
        "head": fields(head),
        "signed_head": proof.head,
        "proof": pack(proof),
        "changes": changes({}, entries),
    }


def check_roster(vector: Vector) -> None:
    delegation, head = record(Delegation, vector["delegation"]), record(Head, vector["head"])
    nodes = {node: record(RosterEntry, entry) for node, entry in vector["nodes"].items()}
    root = SoftwareSigner(vector["root_secret"])
    registrar = SoftwareSigner(vector["registrar_secret"])
    assert root.public_bytes() == vector["root_public"]
    assert registrar.public_bytes() == delegation.registrar

    assert sign_record(root, Context.REGISTRAR, delegation) == vector["signed_delegation"]
    assert {node: entry_bytes(entry) for node, entry in nodes.items()} == vector["entries"]
    assert make_head(Kind.ROSTER, head.version, vector["entries"], head.created_ms) == head
    assert sign_head(registrar, head) == vector["signed_head"]
    parts = RosterProof(delegation=vector["signed_delegation"], head=vector["signed_head"])
    assert pack(parts) == vector["proof"]

    assert open_proof(vector["root_public"], vector["proof"]) == (delegation, head)
    roster = read_roster(vector["root_public"], vector["proof"], vector["changes"])
    assert roster.nodes == nodes
    assert roster.delegation == delegation


MAKE: dict[str, Callable[[], Vector]] = {
    "release-from-nothing": lambda: _release(1, {}, _ENTRIES_1),
    "release-from-the-last": lambda: _release(2, _ENTRIES_1, _ENTRIES_2),
    "roster": make_roster,
    "roster-authorities": lambda: make_roster(_succeeded),
    "roster-rekeying": lambda: make_roster(_rekeying),
    "roster-revoked": lambda: make_roster(_revoked),
    "roster-rules": lambda: make_roster(_ruled),
    "roster-serving": lambda: make_roster(_serving),
}
CHECK = {"release": check_release, "roster": check_roster}
