"""docs/protocol.md names every message, field, context and limit of the code, and no other."""

import hashlib
import re
from pathlib import Path

import msgspec
import pytest

import protocol
from central.relay.exchange import endpoint
from protocol import limits
from protocol.casework.events.log import Event
from protocol.codec import Record
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.compress import dictionary_name
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import VERSION, Header, Lane
from protocol.envelope.keys import Context, PublicKeys, Signed
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedBlock,
    VoidedRun,
    Wanted,
)
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeApproved,
    OfficeCase,
    OfficeErase,
    OfficeEvents,
    OfficeNews,
    OfficeRequest,
)
from protocol.envelope.payloads import (
    Answer,
    Application,
    Attachment,
    Decision,
    Document,
    FollowUp,
    Inquiry,
    Mark,
    Notices,
    Outcome,
    Receipt,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Renewal,
    Renewed,
    Statement,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.envelope.suites import SuiteNumber, new_opening_key, seal
from protocol.envelope.vault_county import CountySlot
from protocol.errors import every_error
from protocol.exchange.catching_up import RosterAnswer, RosterQuestion
from protocol.exchange.exchange import ANSWER_S
from protocol.exchange.lanes import QUANTUM_BYTES, WEIGHTS
from protocol.exchange.messages import KINDS
from protocol.exchange.refusal import Refusal
from protocol.exchange.session import VERSIONS
from protocol.numbers.number import NumberKind
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    SUBJECTS,
    Delivered,
    LetterKind,
    PosterState,
    Said,
    Way,
)
from protocol.records.publicity import Poster, PosterLine
from protocol.records.taken_in import (
    Agent,
    AgentKind,
    Mode,
    Owed,
    Page,
    Scope,
    Side,
    Signature,
    TakenIn,
)
from protocol.stick.names import BagHead, FileKind, Listed
from protocol.trust.audit import AuditHead
from protocol.trust.budget import Budget, LaneBudget
from protocol.trust.edition import Head, Kind
from protocol.trust.enrolment import (
    Admission,
    JoinParcel,
    JoinRequest,
    JoinVerdict,
)
from protocol.trust.kit import Contact, Kit, Ticket
from protocol.trust.renewal import RenewalRequest
from protocol.trust.reports.health import Condition, Health, Heard
from protocol.trust.reports.notice import Notice
from protocol.trust.reports.roaming import RoamingReport
from protocol.trust.roster import (
    Delegation,
    Drained,
    NextAuthority,
    NextKeys,
    NextSigning,
    Role,
    RosterEntry,
    RosterProof,
    State,
    Village,
)
from protocol.trust.rules import Rules
from protocol.trust.slip import Slip
from protocol.trust.time_statement import TimeStatement
from runtime.line import client, guard, http, listener, server, sockets
from runtime.line import conversation as converse
from runtime.line.places import NODES
from tests.builders.chance import SeededRandomness
from tests.docs.protocol_document import NUMBERED, ROOT, SECTIONS, TEXT, chapter, fields, rows

FOLDERS = ("protocol", "runtime", "central", "provisioning", "station_agent")
PAYLOADS = (
    *(
        Application,
        FollowUp,
        Answer,
        Inquiry,
        Renewal,
        Renewed,
        Receipt,
        Decision,
        Document,
        Rejection,
        Notices,
    ),
    *(NumberReport, Numbers, DeskRequest, DeskRelease, Publicity, Circular),
    *(OfficeRequest, OfficeApproved, OfficeCase, OfficeEvents, OfficeAnswer),
    *(OfficeNews, OfficeErase),
)
RECORDS = (
    AuditHead,
    Event,
    *(
        Budget,
        LaneBudget,
        Signed,
        Attachment,
        Said,
        FieldFault,
        Poster,
        PosterLine,
        TakenIn,
        Agent,
        Owed,
        Signature,
        Village,
        Page,
        Statement,
        ReceiptLine,
        Mark,
        Notice,
        NumberBlock,
        BlockUse,
        VoidedRun,
        Wanted,
        VoidedBlock,
        CountySlot,
        RenewalRequest,
        Head,
        RosterEntry,
        RosterQuestion,
        RosterAnswer,
        NextAuthority,
        NextKeys,
        NextSigning,
        Drained,
        PublicKeys,
        Delegation,
        Rules,
    ),
    *(
        RosterProof,
        Refusal,
        Kit,
        Contact,
        JoinRequest,
        JoinParcel,
        JoinVerdict,
        Ticket,
        Admission,
        Listed,
        BagHead,
        RoamingReport,
        TimeStatement,
        Health,
        Heard,
        Slip,
    ),
)
TITLES: dict[str, type[Record]] = {
    **{f"{kind.__name__}, tag {tag}": kind for tag, kind in KINDS.items()},
    **{f"{kind.__name__}, type `{kind.__struct_config__.tag}`": kind for kind in PAYLOADS},
    **{f"{kind.__name__}, about `{kind.__struct_config__.tag}`": kind for kind in SUBJECTS},
    **{kind.__name__: kind for kind in RECORDS},
}
ENUMS: dict[str, tuple[str, ...]] = {
    "7.2": tuple(one.value for one in (*Role, *State)),
    "9.7": tuple(condition.value for condition in Condition),
    "7.1": tuple(kind.value for kind in Kind),
    "Telling, about `telling`": tuple(one.value for one in (*Delivered, *Way)),
    "Posting, about `posting`": tuple(one.value for one in PosterState),
    "Letter, about `letter`": tuple(one.value for one in LetterKind),
    "TakenIn": tuple(mode.value for mode in Mode),
    "Agent": tuple(one.value for one in (*AgentKind, *Scope)),
    "Page": tuple(side.value for side in Side),
    "NumberBlock": tuple(kind.value for kind in NumberKind),
    "ReceiptLine": tuple(state.value for state in ReceiptState),
    "Decision, type `decision`": tuple(outcome.value for outcome in Outcome),
}


@pytest.mark.parametrize("title", sorted(TITLES))
def test_a_record_has_the_fields_of_its_table(title: str) -> None:
    known = {one.encode_name: one.required for one in msgspec.structs.fields(TITLES[title])}
    assert fields(SECTIONS[title]) == known


def test_no_table_describes_a_record_that_is_not_there() -> None:
    described = {title for title, body in SECTIONS.items() if "| field | type | absent |" in body}
    assert described == set(TITLES)


def test_the_header_has_the_keys_of_its_table() -> None:
    table = {row[0]: (row[1], row[3] == "required") for row in rows(NUMBERED["4.1"])[2:]}
    known = {one.name: (one.encode_name, one.required) for one in msgspec.structs.fields(Header)}
    assert table == known


def test_every_context_stands_there_with_its_nul() -> None:
    table = {row[0]: row[1] for row in rows(NUMBERED["4.4"])[2:]}
    assert table == {one.name: one.value.decode().replace("\0", r"\0") for one in Context}


def test_every_limit_stands_there_with_its_number() -> None:
    known = {name: f"{value:,}" for name, value in vars(limits).items() if name.isupper()}
    assert {row[0]: row[1] for row in rows(NUMBERED["12"])[2:]} == known


def test_lanes_have_their_numbers_and_weights() -> None:
    table = {row[0]: (row[1], row[2]) for row in rows(NUMBERED["8.5"])[2:]}
    assert table == {lane.name: (str(int(lane)), str(WEIGHTS[lane])) for lane in Lane}
    assert f"{QUANTUM_BYTES:,} bytes" in NUMBERED["8.5"]


def test_suites_have_their_sizes() -> None:
    table = {row[0]: (row[4], row[5]) for row in rows(NUMBERED["4.3"])[2:4]}
    assert table == {str(int(suite)): _sizes(suite) for suite in SuiteNumber}


def _sizes(suite: SuiteNumber) -> tuple[str, str]:
    public = new_opening_key(suite, SeededRandomness(1)).public_bytes()
    return f"{len(public):,}", f"{len(seal(suite, public, b'', b'')):,}"


def test_the_dictionary_is_the_one_that_is_shipped() -> None:
    shipped = (Path(protocol.__file__).parent / "dictionary.zdict").read_bytes()
    assert dictionary_name() == hashlib.sha256(shipped).hexdigest()
    table = {row[0]: row[1] for row in rows(NUMBERED["4.2"])[2:]}
    assert table["SHA-256"] == dictionary_name()
    assert table["file"] == f"protocol/dictionary.zdict, {len(shipped):,} bytes"
    assert table["zstd dictionary id"] == str(int.from_bytes(shipped[4:8], "little"))


def test_every_enumerated_value_is_named() -> None:
    for title, values in ENUMS.items():
        assert [value for value in values if f"`{value}`" not in chapter(title)] == [], title


def test_files_on_a_stick_have_their_ends_and_limits() -> None:
    table = {row[0]: row[2] for row in rows(NUMBERED["11"])[2:]}
    for kind in FileKind:
        owner = "-<origin>" if kind is FileKind.BLOB else ""
        assert table[f".../<xx>/<id>{owner}.{kind.value}"] == f"{kind.max_bytes:,}"


def test_every_error_code_that_is_named_exists() -> None:
    codes = {error.code for error in every_error()}
    families = {code.split(".")[0] for code in codes if "." in code}
    named = set(re.findall(r"`([a-z]+\.[a-z-]+)`", TEXT))
    assert {code for code in named if code.split(".")[0] in families} <= codes


def test_every_version_is_the_one_that_is_described() -> None:
    assert VERSIONS == (VERSION,) == (1,)
    assert TEXT.startswith("# The protocol of Yizhan, version 1\n")


def test_times_are_those_of_the_programs() -> None:
    table = {row[0]: row[1] for row in rows(NUMBERED["8.7"])[2:]}
    known = {
        "child connects, with TLS": client._CONNECT_S[0],
        "TCP's repeats stay unanswered": sockets.DEAD_S,
        "TLS is done, up to the end of the first HTTP head": guard.HEAD_S,
        "first byte of a connection": listener.FIRST_BYTE_S,
        "TLS of a connection, from its first byte": listener.HANDSHAKE_S,
        "child's Hello is whole, after the HTTP head": server._HELLO_S,
        "no byte moved in either direction": limits.SILENCE_S,
        "a frame that has begun is whole": limits.FRAME_GRACE_S,
        "an item, an answer or an Ack comes, unless the exchange is settled": limits.STALL_S,
        "join request is whole, after the HTTP head": endpoint.JOIN_S,
        "no answer on a path that may be half duplex": ANSWER_S,
        "last Bye is written": converse._LAST_WORDS_S,
        "answer to a join request": client._ANSWER_S,
    }
    assert {what: table[what].split(",")[0] for what in known} == {
        what: f"{seconds:g} s" for what, seconds in known.items()
    }
    kinds = {
        "connections that have not sent a byte": NODES.silent,
        "connections with TLS or the first head under way": NODES.talking,
        "connections of nodes": NODES.known,
        "connections of others": NODES.strange,
    }
    assert {what: table[what] for what in kinds} == {
        what: f"{kind.per_key:,} of one caller, {kind.total:,} in all"
        for what, kind in kinds.items()
    }


def test_paths_are_those_of_the_programs() -> None:
    assert f"`{http.EXCHANGE_PATH}`" in NUMBERED["8"]
    assert f"`Content-Type: {http.CONTENT_TYPE}`" in NUMBERED["8"]
    assert f"`{http.JOIN_PATH}`" in chapter("10.3")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_section_that_the_code_cites_is_there(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for cited in re.findall(r"protocol\.md sections? ([\d., and]+)", path.read_text("utf-8")):
            missing = set(re.findall(r"\d+(?:\.\d+)?", cited)) - NUMBERED.keys()
            assert not missing, path
