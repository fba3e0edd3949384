"""A new county: keys, authority, identity and configuration, in an empty data folder."""

import json
from collections.abc import Mapping
from pathlib import Path

from protocol.errors import AlreadyJoinedError, UsageError
from protocol.ids import NONCE_BYTES, NodeId, division_code
from protocol.ports import Clock, Randomness
from protocol.trust.certificate import tls_request
from protocol.trust.edition import whole
from provisioning.authority import FOLDER, Authority
from provisioning.escrow.recovery import beside, found_recovery
from provisioning.policy.model import FILE
from provisioning.policy.reading import NO_REVIEW
from provisioning.policy.writing import set_review
from runtime.disk.files import private_folder, write_private
from runtime.node.identity import FirstRoster, has_identity, pending_secrets, save_identity


def found_county(
    data: Path,
    *,
    code: str,
    name: str,
    url: str,
    database: str,
    blobs: str = "",
    blob_credentials: str = "",
    recovery: Path | None = None,
    review: str = NO_REVIEW,
    clock: Clock,
    randomness: Randomness,
) -> NodeId:
    """Make ``data`` the folder of a new county centre.

    The recovery key of its backups is left in ``recovery``, else beside ``data``; one of another
    county that lies there is moved aside. ``review`` is what the policy says of the catalogue.
    Running it again after an interruption goes on with the keys that were made.

    Raises:
        AlreadyJoinedError: ``data`` belongs to a node.
        UsageError: code, name or URL is not one that a county may have.
    """
    if has_identity(data):
        raise AlreadyJoinedError(str(data))
    padded = division_code(code)
    private_folder(data)
    authority = _authority(data, padded, name, url, clock=clock, randomness=randomness)
    try:
        places = {"database": database, "blobs": blobs, "blob_credentials": blob_credentials}
        _set_places(data, places)  # first: what has an identity is founded
        set_review(authority.folder / FILE, review)
        found_recovery(data, recovery or beside(data), authority.root_public, randomness)
        _save(data, authority, padded, name, url)
    finally:
        authority.close()
    return authority.roster().county()[0]


def _authority(
    data: Path, code: str, name: str, url: str, *, clock: Clock, randomness: Randomness
) -> Authority:
    secrets = pending_secrets(data, randomness)
    if (data / FOLDER).exists():  # an earlier try came as far as this
        authority = Authority.open(data / FOLDER, clock=clock, randomness=randomness)
        _, entry = authority.roster().county()
        if (entry.code, entry.name, entry.url) != (code, name, url):
            authority.close()
            raise UsageError(f"{data / FOLDER} 属于 {entry.name} {entry.code} {entry.url}")
        return authority
    node = NodeId(randomness.token(NONCE_BYTES).hex())
    return Authority.create(
        data / FOLDER,
        county=node,
        code=code,
        name=name,
        url=url,
        keys=secrets.node_keys().public(),
        tls_request=tls_request(node, secrets.tls),
        clock=clock,
        randomness=randomness,
    )


def _set_places(data: Path, places: Mapping[str, str]) -> None:
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in places.items() if value]
    if lines:
        write_private(data / "county.toml", "".join(lines).encode())


def _save(data: Path, authority: Authority, code: str, name: str, url: str) -> None:
    roster = authority.roster()
    node, _ = roster.county()
    facts: dict[str, object] = {
        "node": node,
        "role": "county",
        "code": code,
        "name": name,
        "county_name": name,
        "root": authority.root_public.hex(),
        "ca": authority.ca_der.hex(),
        "county": {"node": node, "url": url},
        "parent": None,
    }
    first = FirstRoster(proof=roster.edition.proof, changes=whole(roster.edition.entries))
    save_identity(data, facts, authority.county_certificate(), first)
