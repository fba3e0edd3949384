"""A kit that somebody has made at home: all of it fits, but for the code on the clerk's paper."""

import hashlib
from pathlib import Path

import pytest
from aiohttp import web

from protocol.codec import altered, pack
from protocol.envelope.keys import PublicKeys
from protocol.errors import KitForeignError
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_key_hash, tls_request
from protocol.trust.edition import whole
from protocol.trust.enrolment import (
    Admission,
    JoinVerdict,
    answer_parcel,
    code_key,
    open_parcel,
    read_parcel,
    sign_verdict,
)
from protocol.trust.kit import Contact, kit_file, read_kit
from protocol.trust.roster import Role
from runtime.line.http import JOIN_PATH
from runtime.node.identity import has_identity
from runtime.node.joining import Joining
from runtime.system import SystemClock, SystemRandomness
from tests.provisioning.scene import Scene
from tests.system.joining.strangers import TlsKeys, answering, free_url

OF_THE_REAL_COUNTY = "7KQF-3M2P-9XTD"  # on the clerk's paper


def false_kit(scene: Scene, url: str) -> bytes:
    """A kit of the false county, with its address."""
    kit = read_kit(scene.add_station().kit)
    registrar = scene.authority._register.registrar
    at_home = Contact(node=scene.county, url=url)
    fields = {name: getattr(kit, name) for name in kit.__struct_fields__}
    kit = type(kit)(**fields | {"county": at_home, "parent": at_home})
    return kit_file(registrar.signed_delegation, registrar.signer, kit)


def false_admission(scene: Scene, parcel_bytes: bytes, code: str, fault: str = "") -> bytes:
    """The false county lets everybody in, whatever code was typed.

    Args:
        fault: what of the admission is not the new node's: its signing key, its TLS key, its name.
    """
    parcel, admissions = read_parcel(parcel_bytes), scene.authority.admissions
    request, signed, _ = open_parcel(parcel, scene.opening_key)
    digest, node = hashlib.sha256(pack(signed)).digest(), request.node
    entry = scene.authority.roster().nodes[node]  # type: ignore[index]
    admissions._activate(node, entry, request, digest)  # type: ignore[arg-type]
    certificate = admissions._store.certificate(node)  # type: ignore[arg-type]
    if fault == "signing":
        _change(scene, node, keys=PublicKeys(signing=bytes(32)))
    elif fault:
        named, secret = (node, b"o" * 32) if fault == "tls" else ("0" * 16, b"o" * 32)
        asked = tls_request(named, secret)  # type: ignore[arg-type]
        tls = scene.authority._issuer.present
        certificate = tls.issue(asked, named, Role.STATION, "", scene.randomness)  # type: ignore[arg-type]
        if fault == "name":
            _change(scene, node, tls=certificate_key_hash(certificate))
    edition = scene.authority.roster().edition
    admission = Admission(
        node=node,
        certificate=certificate,
        roster_proof=edition.proof,
        roster=whole(edition.entries),
    )
    answer = answer_parcel(code_key(code, node), signed, admission)  # type: ignore[arg-type]
    registrar = scene.authority._register.registrar
    verdict = JoinVerdict(about=digest, sealed=bytes(32), node=node, answer=answer)
    return sign_verdict(registrar.signed_delegation, registrar.signer, verdict)


def _change(scene: Scene, node: str, **fields: object) -> None:
    scene.authority.change(
        NodeId(node), lambda roster: altered(roster.nodes[NodeId(node)], **fields)
    )


async def join_at(tmp_path: Path, *, knows_code: bool, fault: str = "") -> None:
    """Join with the code of the real county at one that somebody runs at home."""
    scene, url = Scene(data=tmp_path / "home", seed=9), free_url()
    guessed = OF_THE_REAL_COUNTY if knows_code else "0000-0000-0000"

    async def join(request: web.Request) -> web.Response:
        return web.Response(body=false_admission(scene, await request.read(), guessed, fault))

    app = web.Application()
    app.router.add_post(JOIN_PATH, join)
    tls = TlsKeys(
        authority=scene.authority._issuer.present, node=scene.county, url=url, folder=tmp_path / "t"
    )
    joining = Joining(clock=SystemClock(), randomness=SystemRandomness())
    kit, data = false_kit(scene, url), tmp_path / "station"
    try:
        async with answering(url, app, tls.context(scene.authority.ca_der)):
            await joining.join(kit, OF_THE_REAL_COUNTY, data, Role.STATION)
    finally:
        scene.authority.close()


async def test_a_false_county_does_not_know_the_code(tmp_path: Path) -> None:
    with pytest.raises(KitForeignError, match="not made with this code"):
        await join_at(tmp_path, knows_code=False)
    assert not has_identity(tmp_path / "station")


async def test_with_the_code_it_would_be_believed(tmp_path: Path) -> None:
    """Else the test above would pass for another reason."""
    await join_at(tmp_path, knows_code=True)
    assert has_identity(tmp_path / "station")


@pytest.mark.parametrize("fault", ["signing", "tls", "name"])
async def test_an_admission_with_other_keys_than_our_own_is_refused(
    tmp_path: Path, fault: str
) -> None:
    with pytest.raises(KitForeignError, match="does not have this node's keys"):
        await join_at(tmp_path, knows_code=True, fault=fault)
    assert not has_identity(tmp_path / "station")
