"""Vectors of what is signed and shown: contexts, receipt statement, refusal, kit, health."""

from collections.abc import Callable
from functools import partial

from protocol.codec import altered
from protocol.envelope.keys import Context, SoftwareSigner, sign_record, verify
from protocol.envelope.payloads import (
    Receipt,
    ReceiptLine,
    ReceiptState,
    Statement,
    open_statement,
    payload_bytes,
    read_payload,
    sign_statement,
)
from protocol.exchange.refusal import Refusal, read_refusal, refusal_bytes
from protocol.ids import Instance
from protocol.trust.kit import Contact, Kit, kit_file, make_ticket, read_kit
from protocol.trust.reports.health import Health, read_health, sign_health
from protocol.trust.roster import Delegation, Role
from protocol.trust.slip import Slip, read_slip, scanned_text, signed_rows
from protocol.trust.time_statement import TimeStatement, open_time, sign_time
from protocol.trust.typed_rows import read_rows, typed_rows
from tests.builders.certificates import SmallCa
from tests.vectors import actors
from tests.vectors.actors import AT_MS, COUNTY, HUB, INSTANCE, STATION, some_bytes
from tests.vectors.editions import make_delegation
from tests.vectors.plain import Vector, fields, record


def _label(context: Context) -> str:
    return context.name.lower().replace("_", "-")


def _signature(context: Context) -> Vector:
    signer, data = actors.signer("station"), some_bytes("signed data", 50)
    return {
        "kind": "signature",
        "context": _label(context),
        "context_bytes": context.value,
        "secret": signer.secret,
        "public": signer.public_bytes(),
        "data": data,
        "signature": signer.sign(context, data),
    }


def check_signature(vector: Vector) -> None:
    context, signer = (
        Context[vector["context"].replace("-", "_").upper()],
        SoftwareSigner(vector["secret"]),
    )
    assert context.value == vector["context_bytes"]
    assert signer.public_bytes() == vector["public"]
    assert signer.sign(context, vector["data"]) == vector["signature"]
    verify(vector["public"], context, vector["data"], vector["signature"])


def _receipt() -> Vector:
    county = actors.signer("county")
    lines = (
        ReceiptLine(envelope=some_bytes("first"), state=ReceiptState.RECEIVED, number=1),
        ReceiptLine(
            envelope=some_bytes("second"),
            state=ReceiptState.COMPLETE,
            number=300,
            case="451423-2026-000001",
            duplicate=True,
        ),
        ReceiptLine(envelope=some_bytes("third"), state=ReceiptState.SAFE, number=2, case="c"),
    )
    statement = Statement(county=bytes.fromhex(COUNTY), instance=INSTANCE, at_ms=AT_MS, lines=lines)
    receipt = sign_statement(county, statement)
    return {
        "kind": "receipt",
        "county_secret": county.secret,
        "county_public": county.public_bytes(),
        "statement": fields(statement),
        "signed": receipt.statement,
        "payload": payload_bytes(receipt),
    }


def check_receipt(vector: Vector) -> None:
    county, statement = (
        SoftwareSigner(vector["county_secret"]),
        record(Statement, vector["statement"]),
    )
    receipt = sign_statement(county, statement)
    assert county.public_bytes() == vector["county_public"]
    assert receipt.statement == vector["signed"]
    assert payload_bytes(receipt) == vector["payload"]
    arrived = read_payload(vector["payload"])
    assert isinstance(arrived, Receipt)
    assert open_statement(vector["county_public"], arrived) == statement


def _refusal() -> Vector:
    hub = actors.signer("hub")
    refusal = Refusal(
        node=HUB, code="line.busy", detail="station 5001", at_ms=AT_MS, retry_after_s=3600
    )
    return {
        "kind": "refusal",
        "secret": hub.secret,
        "public": hub.public_bytes(),
        "refusal": fields(refusal),
        "body": refusal_bytes(hub, refusal),
    }


def check_refusal(vector: Vector) -> None:
    signer, refusal = SoftwareSigner(vector["secret"]), record(Refusal, vector["refusal"])
    assert signer.public_bytes() == vector["public"]
    assert refusal_bytes(signer, refusal) == vector["body"]
    error, pause_s = read_refusal(vector["body"], vector["public"])
    assert (error.code, error.quote, pause_s) == (
        refusal.code,
        refusal.detail,
        refusal.retry_after_s,
    )


def _kit() -> Vector:
    root, registrar, delegation = (
        actors.signer("root"),
        actors.signer("registrar"),
        make_delegation(),
    )
    signed = sign_record(root, Context.REGISTRAR, delegation)
    kit = Kit(
        version=1,
        root=root.public_bytes(),
        county_name="龙州县政务服务中心",
        county=Contact(node=COUNTY, url="https://county.example:8440"),
        county_keys=actors.keys_of("county").public(),
        parent=Contact(node=HUB, url="https://hub.example:8441"),
        ca=SmallCa(secret=some_bytes("certificate authority")).der,
        node=STATION,
        role=Role.STATION,
        code="451423103201",
        name="独山村",
        ticket=make_ticket(signed, registrar, STATION, b"invited!"),
    )
    return {
        "kind": "kit",
        "root_secret": root.secret,
        "registrar_secret": registrar.secret,
        "delegation": fields(delegation),
        "signed_delegation": signed,
        "kit": fields(kit),
        "file": kit_file(signed, registrar, kit),
    }


def check_kit(vector: Vector) -> None:
    root, registrar = (SoftwareSigner(vector[f"{who}_secret"]) for who in ("root", "registrar"))
    delegation, kit = record(Delegation, vector["delegation"]), record(Kit, vector["kit"])
    assert (root.public_bytes(), registrar.public_bytes()) == (kit.root, delegation.registrar)
    assert sign_record(root, Context.REGISTRAR, delegation) == vector["signed_delegation"]
    assert kit_file(vector["signed_delegation"], registrar, kit) == vector["file"]
    assert read_kit(vector["file"]) == kit


def _health(health: Health) -> Vector:
    station = actors.signer("station")
    return {
        "kind": "health",
        "secret": station.secret,
        "public": station.public_bytes(),
        "health": fields(health),
        "word": sign_health(station, health),
    }


def check_health(vector: Vector) -> None:
    signer, health = SoftwareSigner(vector["secret"]), record(Health, vector["health"])
    assert signer.public_bytes() == vector["public"]
    assert sign_health(signer, health) == vector["word"]
    assert read_health(vector["word"], lambda _: vector["public"]) == health


_HEALTHY = Health(
    node=bytes.fromhex(STATION), number=AT_MS, program="0.1.0", roster=12, release=70_000
)
_AILING = altered(
    _HEALTHY,
    waiting=3,
    waiting_bytes=2_000_000,
    oldest_s=90_000,
    free_mib=120,
    clock_error_ms=-536_457_600_000,
    conditions=("set-aside", "disk-low"),
    authority=some_bytes("authority", 8),
)


def _time() -> Vector:
    county = actors.signer("county")
    statement = TimeStatement(instance=INSTANCE, n=70_000, at_ms=AT_MS)
    return {
        "kind": "time",
        "secret": county.secret,
        "public": county.public_bytes(),
        "statement": fields(statement),
        "signed": sign_time(county, instance=Instance(INSTANCE), n=70_000, at_ms=AT_MS),
    }


def check_time(vector: Vector) -> None:
    signer, said = SoftwareSigner(vector["secret"]), record(TimeStatement, vector["statement"])
    assert signer.public_bytes() == vector["public"]
    signed = sign_time(signer, instance=Instance(said.instance), n=said.n, at_ms=said.at_ms)
    assert signed == vector["signed"]
    assert open_time(vector["public"], vector["signed"]) == said


def _slip(slip: Slip) -> Vector:
    station = actors.signer("station")
    rows = signed_rows(station, slip)
    return {
        "kind": "slip",
        "secret": station.secret,
        "public": station.public_bytes(),
        "slip": fields(slip),
        "signed": read_rows(scanned_text(rows)),
        "rows": rows,
    }


def check_slip(vector: Vector) -> None:
    signer, slip = SoftwareSigner(vector["secret"]), record(Slip, vector["slip"])
    assert signer.public_bytes() == vector["public"]
    assert signed_rows(signer, slip) == vector["rows"] == typed_rows(vector["signed"])
    assert read_rows(" ".join(vector["rows"])) == vector["signed"]
    assert read_slip("".join(vector["rows"]), lambda _: vector["public"]) == slip


_SLIP = Slip(
    station=bytes.fromhex(STATION),
    division="451423103201",
    application=some_bytes("application", 16),
    envelope=some_bytes("envelope"),
    item="451423-001",
    at_ms=AT_MS,
)

MAKE: dict[str, Callable[[], Vector]] = {
    **{f"signature-{_label(c)}": partial(_signature, c) for c in Context},
    "receipt-statement": _receipt,
    "refusal": _refusal,
    "kit": _kit,
    "time": _time,
    "slip": partial(_slip, _SLIP),
    "slip-numbered": partial(_slip, altered(_SLIP, number="451423-2026-1-041000017-482915-45")),
    "health": partial(_health, _HEALTHY),
    "health-all-fields": partial(_health, _AILING),
}
CHECK = {
    "signature": check_signature,
    "receipt": check_receipt,
    "refusal": check_refusal,
    "kit": check_kit,
    "health": check_health,
    "time": check_time,
    "slip": check_slip,
}
