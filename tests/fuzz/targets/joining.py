"""What a node and its county show each other when it joins: kit, parcels, certificates, tables."""

from collections.abc import Iterator

from protocol.codec import altered, pack, unpack
from protocol.envelope.keys import Context, Signed
from protocol.envelope.suites import SuiteNumber
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_BYTES
from protocol.trust.certificate import certificate_key_hash, certificate_node, tls_request
from protocol.trust.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    JoinVerdict,
    answer_parcel,
    code_key,
    join_parcel,
    open_parcel,
    read_answer,
    read_parcel,
    read_verdict,
    sign_verdict,
)
from protocol.trust.kit import Contact, Kit, kit_file, make_ticket, read_kit, read_ticket
from protocol.trust.roster import Delegation, Role, RosterEntry, State
from provisioning.bulk.table import read_table
from provisioning.enrolment.address import addressed
from provisioning.x509 import new_tls_authority
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import COUNTY, STATION, keys_of
from tests.builders.rosters import START_MS, SmallAuthority, make_nodes
from tests.fuzz.target import Target

COUNTY_KEYS, STATION_KEYS = keys_of(COUNTY), keys_of(STATION)
NODE = NodeId("0123456789abcdef")
CODE_KEY = code_key("7KQF-3M2P-9XTD", NODE)
CHANCE = SeededRandomness(5)
AUTHORITY = SmallAuthority()
TLS = new_tls_authority(b"s" * 32, COUNTY, CHANCE)
REQUEST = tls_request(NODE, b"t" * 32)
HUB_ENTRY = RosterEntry(role=Role.HUB, state=State.INVITED, code="451423103000", name="水口镇")
TABLE = "名称,代码,角色,上级\n独山村,451423103201,station,451423103\n水口镇,451423103,hub,\n"


def _kit() -> Kit:
    return Kit(
        version=1,
        root=AUTHORITY.root.public_bytes(),
        county_name="龙州县",
        county=Contact(node=COUNTY, url="https://127.0.0.1:1"),
        county_keys=COUNTY_KEYS.public(),
        parent=Contact(node=COUNTY, url="https://127.0.0.1:1"),
        ca=TLS.certificate,
        node=NODE,
        role=Role.STATION,
        code="451423103201",
        name="独山村",
        ticket=make_ticket(AUTHORITY.delegation(), AUTHORITY.registrar, NODE, b"invited!"),
    )


def _kit_signed_anew(data: bytes) -> None:
    """What the registrar has signed is anything."""
    read_kit(_resigned_kit(AUTHORITY.delegation(), data))


def _delegation(data: bytes) -> None:
    """What the root has signed is anything."""
    signature = AUTHORITY.root.sign(Context.REGISTRAR, data)
    read_kit(kit_file(pack(Signed(body=data, signature=signature)), AUTHORITY.registrar, _kit()))


def _resigned_kit(delegation: bytes, data: bytes) -> bytes:
    file = kit_file(delegation, AUTHORITY.registrar, _kit())
    body = pack(_kit())
    signature = AUTHORITY.registrar.sign(Context.KIT, data)
    old = pack(Signed(body=body, signature=AUTHORITY.registrar.sign(Context.KIT, body)))
    return file.replace(old, pack(Signed(body=data, signature=signature)))


def _parcel(data: bytes) -> None:
    open_parcel(read_parcel(data), COUNTY_KEYS.opening[SuiteNumber.XWING])


def _asks_for_address(data: bytes) -> None:
    """The request itself, as whoever knows a code may make it, and the address that it asks for."""
    addressed({NODE: HUB_ENTRY}, NODE, unpack(data, JoinRequest, limit=MAX_JOIN_BYTES).url)


def _certificate(data: bytes) -> None:
    certificate_node(data)
    certificate_key_hash(data)


def _ticket(data: bytes) -> None:
    read_ticket(AUTHORITY.root.public_bytes(), data)


def _verdict(data: bytes) -> None:
    parcel = JoinParcel(node=NODE, sealed=b"", ticket=b"")
    read_verdict(AUTHORITY.root.public_bytes(), data, parcel)


def _request(data: bytes) -> None:
    TLS.issue(data, NODE, Role.STATION, "", CHANCE)


def targets() -> Iterator[Target]:
    """The parsers of joining."""
    kit = kit_file(AUTHORITY.delegation(), AUTHORITY.registrar, _kit())
    word = Delegation(number=1, registrar=AUTHORITY.registrar.public_bytes(), created_ms=START_MS)
    joining = JoinRequest(
        node=NODE, root=b"r" * 32, keys=STATION_KEYS.public(), tls_request=REQUEST
    )
    parcel, _ = join_parcel(joining, STATION_KEYS, CODE_KEY, COUNTY_KEYS.public(), _kit().ticket)
    certificate = TLS.issue(REQUEST, NODE, Role.HUB, "https://a.example:1", CHANCE)
    admission = Admission(
        node=NODE,
        certificate=certificate,
        roster_proof=AUTHORITY.sign(1, make_nodes()),
        roster=AUTHORITY.changes(0, 1),
    )
    answer = answer_parcel(CODE_KEY, Signed(body=b"b", signature=b"s"), admission)
    yield Target(name="kit", corpus=[kit], parse=read_kit)
    yield Target(name="kit, signed anew", corpus=[pack(_kit())], parse=_kit_signed_anew)
    yield Target(name="delegation, signed anew", corpus=[pack(word)], parse=_delegation)
    yield Target(name="join parcel", corpus=[parcel], parse=_parcel)
    asks = [pack(altered(joining, url=url)) for url in ("https://10.3.0.7:8441", "")]
    yield Target(name="join request, sealed anew", corpus=asks, parse=_asks_for_address)
    yield Target(name="ticket", corpus=[_kit().ticket], parse=_ticket)
    verdicts = [
        sign_verdict(AUTHORITY.delegation(), AUTHORITY.registrar, verdict)
        for verdict in (
            JoinVerdict(about=bytes(32), sealed=bytes(32), node=NODE, answer=answer),
            JoinVerdict(
                about=bytes(32), sealed=bytes(32), node=NODE, code="code.wrong", detail="why"
            ),
        )
    ]
    yield Target(name="join verdict", corpus=verdicts, parse=_verdict)
    yield Target(name="join answer", corpus=[answer], parse=read_answer)
    yield Target(name="certificate", corpus=[certificate, TLS.certificate], parse=_certificate)
    yield Target(name="certificate request", corpus=[REQUEST], parse=_request)
    tables = [TABLE.encode(), TABLE.encode("gb18030"), TABLE.replace(",", "\t").encode()]
    yield Target(name="table of nodes", corpus=tables, parse=read_table)
