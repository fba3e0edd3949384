"""Vectors of joining: the key made from a one-time code, the parcel, the answer."""

import hashlib
from collections.abc import Callable
from functools import partial

from protocol.codec import pack
from protocol.envelope.keys import Context, NodeKeys, PublicKeys, SoftwareSigner, sign_record
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_node, tls_request
from protocol.trust.enrolment import (
    Admission,
    JoinRequest,
    JoinVerdict,
    answer_parcel,
    check_answer,
    check_code,
    check_ticket,
    code_key,
    join_parcel,
    open_parcel,
    own_verdict,
    read_answer,
    read_parcel,
    sealed_hash,
    sign_verdict,
)
from protocol.trust.kit import make_ticket
from tests.builders.certificates import SmallCa
from tests.vectors import actors
from tests.vectors.actors import STATION, some_bytes
from tests.vectors.editions import make_delegation, make_roster
from tests.vectors.plain import Vector, fields, record

_CODE = "70KQ-F3M2-P91X"


def _code_vector(typed: str) -> Vector:
    key = code_key(typed, STATION)
    return {"kind": "code-key", "typed": typed, "node": STATION, "key": key}


def check_code_key(vector: Vector) -> None:
    assert code_key(vector["typed"], NodeId(vector["node"])) == vector["key"]


def _secrets() -> Vector:
    return {
        "signing": actors.signer("station").secret,
        "xwing": actors.opening_key("station", SuiteNumber.XWING).secret,
        "x25519": actors.opening_key("station", SuiteNumber.X25519).secret,
        "tls": some_bytes("station, tls"),
    }


def _keys(secrets: Vector) -> NodeKeys:
    return NodeKeys(
        signer=SoftwareSigner(secrets["signing"]),
        opening={
            SuiteNumber.XWING: SoftwareOpeningKey(SuiteNumber.XWING, secrets["xwing"]),
            SuiteNumber.X25519: SoftwareOpeningKey(SuiteNumber.X25519, secrets["x25519"]),
        },
    )


def _request(secrets: Vector, url: str = "") -> JoinRequest:
    return JoinRequest(
        node=STATION,
        root=actors.signer("root").public_bytes(),
        keys=_keys(secrets).public(),
        tls_request=tls_request(STATION, secrets["tls"]),
        url=url,
    )


def _admission(secrets: Vector) -> Admission:
    ca, roster = SmallCa(secret=some_bytes("certificate authority")), make_roster()
    return Admission(
        node=STATION,
        certificate=ca.certificate(STATION, secrets["tls"]),
        roster_proof=roster["proof"],
        roster=roster["changes"],
    )


def _delegation() -> bytes:
    return sign_record(actors.signer("root"), Context.REGISTRAR, make_delegation())


def _join(url: str = "") -> Vector:
    secrets, key = _secrets(), code_key(_CODE, STATION)
    request, admission = _request(secrets, url), _admission(secrets)
    county = actors.opening_key("county", SuiteNumber.XWING)
    county_keys, delegation = actors.keys_of("county").public(), _delegation()
    ticket = make_ticket(delegation, actors.signer("registrar"), STATION, b"invited!")
    parcel, digest = join_parcel(request, _keys(secrets), key, county_keys, ticket)
    _, signed, proof = open_parcel(read_parcel(parcel), county)
    return {
        "kind": "join",
        "code": _CODE,
        "code_key": key,
        "county_secret": county.secret,
        "county_public": county.public_bytes(),
        "node_secrets": secrets,
        "request": fields(request),
        "signed_request": pack(signed),
        "request_hash": digest,
        "request_proof": proof,
        "parcel": parcel,
        "admission": fields(admission),
        "answer": answer_parcel(key, signed, admission),
        "signed_delegation": delegation,
        "registrar_secret": actors.signer("registrar").secret,
        "ticket": ticket,
        "verdict": _verdict(digest, parcel, answer_parcel(key, signed, admission)),
    }


def _verdict(about: bytes, parcel: bytes, answer: bytes) -> bytes:
    sealed = sealed_hash(read_parcel(parcel))
    verdict = JoinVerdict(about=about, sealed=sealed, node=STATION, answer=answer)
    return sign_verdict(_delegation(), actors.signer("registrar"), verdict)


def check_join(vector: Vector) -> None:
    request, keys = record(JoinRequest, vector["request"]), _keys(vector["node_secrets"])
    node, key = NodeId(request.node), vector["code_key"]
    county = SoftwareOpeningKey(SuiteNumber.XWING, vector["county_secret"])
    assert code_key(vector["code"], node) == key
    assert county.public_bytes() == vector["county_public"]
    assert keys.public() == request.keys
    assert tls_request(node, vector["node_secrets"]["tls"]) == request.tls_request
    assert sign_record(keys.signer, Context.JOIN, request) == vector["signed_request"]
    assert hashlib.sha256(vector["signed_request"]).digest() == vector["request_hash"]

    county_keys = PublicKeys(signing=b"", xwing=vector["county_public"])
    again, digest = join_parcel(request, keys, key, county_keys, vector["ticket"])
    assert digest == vector["request_hash"]
    for data in (vector["parcel"], again):
        parcel = read_parcel(data)
        assert pack(parcel) == data
        opened, signed, proof = open_parcel(parcel, county)
        assert (opened, pack(signed)) == (request, vector["signed_request"])
        assert proof == vector["request_proof"]
        check_code(key, signed, proof)
        _check_answer(vector, answer_parcel(key, signed, record(Admission, vector["admission"])))


def _check_answer(vector: Vector, made: bytes) -> None:
    assert made == vector["answer"]
    admission, answer = read_answer(vector["answer"])
    assert admission == record(Admission, vector["admission"])
    assert certificate_node(admission.certificate) == admission.node
    check_answer(vector["code_key"], vector["request_hash"], answer)
    registrar = SoftwareSigner(vector["registrar_secret"])
    node, proof = admission.node, vector["signed_delegation"]
    assert make_ticket(proof, registrar, node, b"invited!") == vector["ticket"]
    root, parcel = vector["request"]["root"], read_parcel(vector["parcel"])
    assert check_ticket(parcel, root).invitation == b"invited!"
    verdict = own_verdict(root, vector["verdict"], parcel, vector["request_hash"])
    assert verdict.answer == vector["answer"]
    assert sign_verdict(proof, registrar, verdict) == vector["verdict"]


MAKE: dict[str, Callable[[], Vector]] = {
    "code-key": partial(_code_vector, _CODE),
    "code-key-carelessly-typed": partial(_code_vector, " 7okq_f3m2 p9Ix "),
    "join": _join,
    "join-with-address": partial(_join, "https://10.3.0.7:8441"),
}
CHECK = {"code-key": check_code_key, "join": check_join}
