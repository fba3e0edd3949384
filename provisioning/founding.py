"""Founding an authority, all or nothing, and reading it back.

::

    DATA/authority/root.key        names the county for ever; needed again only for a new registrar,
                                   and better kept in a safe (provisioning/escrow)
    DATA/authority/registrar.key   signs rosters and kits
    DATA/authority/ca.key, ca.der  signs TLS certificates; ca-1.key, ca-1.der and so on after it
    DATA/authority/authority.db    nodes, codes (as Argon2id), every roster ever signed

It is built in ``DATA/authority.new`` and moved into place as a whole.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from protocol.codec import pack, unpack
from protocol.envelope.keys import KEY_BYTES, PublicKeys, SoftwareSigner
from protocol.errors import AlreadyJoinedError, DamagedError, NotJoinedError, PeerError
from protocol.ids import NodeId, division_code
from protocol.ports import Clock, Randomness
from protocol.trust.address import checked_url
from protocol.trust.certificate import certificate_key_hash
from protocol.trust.edition import whole
from protocol.trust.roster import (
    Role,
    Roster,
    RosterEntry,
    State,
    entry_bytes,
    open_proof,
    read_roster,
)
from provisioning.invitation import checked_keys, checked_name
from provisioning.keyfiles import read_seed, read_whole
from provisioning.registrar import Registrar, delegate
from provisioning.store import Foundation, NodeRow, Store
from provisioning.tls_files import read_authority
from provisioning.x509 import TlsAuthority, new_tls_authority, read_tls_authority
from runtime.disk.files import disk_errors, sync_folder, write_new, write_private

_ROOT, _REGISTRAR, _CA_KEY, _CA = "root.key", "registrar.key", "ca.key", "ca.der"
_NEXT_REGISTRAR = "registrar.next"
_DATABASE = "authority.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The node that an authority is founded with."""

    node: NodeId
    code: str
    name: str
    url: str
    keys: PublicKeys  # with sealing keys
    tls_request: bytes  # PKCS#10, DER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """All that is written when an authority is founded."""

    files: dict[str, bytes] = field(repr=False)
    foundation: Foundation
    county: NodeRow
    roster: Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """An authority as it was read from its folder."""

    folder: Path
    store: Store
    root_public: bytes
    registrar: Registrar
    tls: TlsAuthority
    roster: Roster
    keys: dict[NodeId, PublicKeys] = field(repr=False)  # with sealing keys, of joined nodes


def found(folder: Path, county: County, *, clock: Clock, randomness: Randomness) -> None:
    """Make ``folder`` the home of a new authority.

    Raises:
        AlreadyJoinedError: there is one.
        UsageError: code, name or URL of the county is not one that it may have.
        StoreError: the disk is full or can't be written.
        MalformedError, SignatureError: its keys or its certificate request are not usable.
    """
    if folder.exists():
        raise AlreadyJoinedError(str(folder))
    plan = _compose(county, clock.now_ms(), randomness)
    building = folder.with_name(folder.name + ".new")
    with disk_errors():
        shutil.rmtree(building, ignore_errors=True)  # of a founding that the power cut short
        building.mkdir(parents=True, mode=0o700)
        _build(building, plan)
        building.rename(folder)
        sync_folder(folder.parent)


def read_founded(folder: Path) -> Founded:
    """The authority whose home is ``folder``; its store is open.

    Raises:
        NotJoinedError: there is none.
        NewerStoreError: a newer program wrote it.
        DamagedError: it is not whole.
    """
    if not folder.is_dir():
        raise NotJoinedError(str(folder))
    database = folder / _DATABASE
    if not (database.is_file() and database.stat().st_size):
        raise DamagedError(f"{database} is missing or empty")
    store = Store.open(folder / _DATABASE)
    try:
        return _read(folder, store)
    except PeerError as exc:
        store.close()
        raise DamagedError(f"{folder}: {exc.detail}") from None
    except BaseException:
        store.close()
        raise


def prepare_registrar(folder: Path, seed: bytes) -> None:
    """Put the key of the next registrar beside the present one. Raises OSError."""
    write_private(folder / _NEXT_REGISTRAR, seed)


def finish_registrar(folder: Path) -> None:
    """The next registrar is in force: its key takes the old one's place. Raises OSError."""
    (folder / _NEXT_REGISTRAR).replace(folder / _REGISTRAR)
    sync_folder(folder)


def _compose(county: County, now_ms: int, randomness: Randomness) -> _Plan:
    root, registrar_seed, ca_seed = (randomness.token(KEY_BYTES) for _ in range(3))
    registrar = delegate(SoftwareSigner(root), SoftwareSigner(registrar_seed), now_ms)
    tls = new_tls_authority(ca_seed, county.node, randomness)
    url = checked_url(county.url)
    certificate = tls.issue(county.tls_request, county.node, Role.COUNTY, url, randomness)
    entry = RosterEntry(
        role=Role.COUNTY,
        state=State.ACTIVE,
        code=division_code(county.code),
        name=checked_name(county.name),
        url=url,
        tls=certificate_key_hash(certificate),
        keys=checked_keys(county.keys),
    )
    return _Plan(
        files={
            _ROOT: root,
            _REGISTRAR: registrar_seed,
            _CA_KEY: ca_seed,
            _CA: tls.certificate,
        },
        foundation=Foundation(
            root=SoftwareSigner(root).public_bytes(), delegation=registrar.signed_delegation
        ),
        county=NodeRow(
            node=county.node,
            entry=entry_bytes(entry),
            keys=pack(county.keys),
            certificate=certificate,
        ),
        roster=registrar.first(county.node, entry, now_ms),
    )


def _build(folder: Path, plan: _Plan) -> None:
    for name, data in plan.files.items():
        write_new(folder / name, data)
    store = Store.open(folder / _DATABASE)
    try:
        with store.transaction():
            store.put_foundation(plan.foundation)
            store.put_node(plan.county)
            store.put_proof(plan.roster.version, plan.roster.edition.proof)
    finally:
        store.close()
    with suppress(OSError):  # FAT has no rights
        (folder / _DATABASE).chmod(0o600)
    sync_folder(folder)


def _read(folder: Path, store: Store) -> Founded:
    foundation, rows, proof = store.foundation(), store.nodes(), store.newest_proof()
    delegation, _ = open_proof(foundation.root, proof)
    signer = SoftwareSigner(read_seed(folder / _REGISTRAR))
    if signer.public_bytes() != delegation.registrar and (folder / _NEXT_REGISTRAR).exists():
        finish_registrar(folder)  # the power went between the two steps
        signer = SoftwareSigner(read_seed(folder / _REGISTRAR))
    if signer.public_bytes() != delegation.registrar:
        raise DamagedError(f"{folder / _REGISTRAR} is not the registrar of the roster")
    entries: dict[str, bytes] = {row.node: row.entry for row in rows}
    roster = read_roster(foundation.root, proof, whole(entries))
    store.certificate(roster.county()[0])  # raises if it has none
    return Founded(
        folder=folder,
        store=store,
        root_public=foundation.root,
        registrar=Registrar(
            signer=signer, delegation=delegation, signed_delegation=foundation.delegation
        ),
        tls=_tls_authority(folder, roster),
        roster=roster,
        keys={row.node: unpack(row.keys, PublicKeys) for row in rows if row.keys},
    )


def _tls_authority(folder: Path, roster: Roster) -> TlsAuthority:
    """The one that the roster has in use; a roster that names none was signed with the first."""
    named = roster.county()[1].authorities
    if named:
        return read_authority(folder, named[0])
    return read_tls_authority(read_seed(folder / _CA_KEY), read_whole(folder / _CA))
