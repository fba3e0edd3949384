"""For each named limit of the protocol, how to come with exactly so much of what it bounds.

``take(n)`` must pass for the limit itself and raise for one more. What a lower bound forbids is
tried downwards. A limit of bytes that are parsed afterwards counts as passed if they are refused
for something else than their length.
"""

import hashlib
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central.county.intake.reading import _check_plainly
from protocol.catalogue.batch import read_line
from protocol.catalogue.forms.reading import read_form
from protocol.codec import pack
from protocol.envelope.blob import sealed_size
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.keys import Context, Signed
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedBlock,
    VoidedRun,
)
from protocol.envelope.office_payloads import OfficeEvents
from protocol.envelope.payloads import (
    Application,
    Attachment,
    Decision,
    Document,
    Inquiry,
    Notices,
    Outcome,
    Renewed,
)
from protocol.envelope.vault_county import CountySlot
from protocol.errors import NodeUnknownError, TooLargeError, YizhanError
from protocol.exchange.messages import (
    EditionNews,
    EnvelopeItem,
    Hello,
    Offer,
    Part,
)
from protocol.exchange.wire import FrameReader
from protocol.limits import MAX_BLOB_BYTES, MAX_FILE_BYTES, MAX_SLIP_BYTES, MIB
from protocol.numbers.number import NumberKind
from protocol.records.corrections import FieldFault
from protocol.records.followups import Advised, Confirmation, Visit
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from protocol.stick.names import Listed, pack_list, read_list
from protocol.trust.address import checked_url
from protocol.trust.budget import LaneBudget
from protocol.trust.edition import Edition, Head, Kind, _check_size
from protocol.trust.enrolment import read_answer, read_parcel
from protocol.trust.kit import _MAGIC, read_kit
from protocol.trust.reports.health import Health, Heard
from protocol.trust.reports.notice import Notice, read_notice
from protocol.trust.reports.signed_report import open_word
from protocol.trust.roster import Delegation, Drained, Role, Roster, RosterEntry, State, Village
from protocol.trust.rules import Rules
from protocol.trust.schedule import read_window
from protocol.trust.slip import Slip
from protocol.trust.time_statement import TimeStatement
from protocol.trust.typed_rows import read_rows, typed_rows
from provisioning.invitation import checked_contact, checked_name
from provisioning.roster.paths import checked_paths
from runtime.sticks.carried import Carried
from runtime.sticks.folder import survey
from tests.builders.envelopes import keys_of, make_header, seal
from tests.limits.sticks import bags, sparse

Take = Callable[[int], object]
ID = b"8 bytes!"
DIGEST = bytes(32)


def _slip_text(n: int) -> None:
    rows = "".join(typed_rows(DIGEST))
    read_rows(rows + " " * (n - len(rows)))


def _only_too_large(read: Callable[[bytes], object]) -> Take:
    def take(n: int) -> None:
        try:
            read(bytes(n))
        except TooLargeError:
            raise
        except YizhanError:
            return

    return take


def _hello(**facts: Any) -> Hello:
    return Hello(versions=(1,), instance=ID, exchange=ID, **facts)


def _entry(**facts: Any) -> RosterEntry:
    return RosterEntry(
        role=Role.STATION, state=State.ACTIVE, code="451423103201", name="村", **facts
    )


def _file(size: int, n: int = 0) -> Attachment:
    blob = n.to_bytes(32, "big")
    return Attachment(material="m", name="n", size=size, sha256=DIGEST, blob=blob, key=DIGEST)


def _faults(n: int) -> Decision:
    faults = (FieldFault(field="name", words="w"),) * n
    returned = Outcome.CORRECTION
    return Decision(
        application=bytes(16), case="1", outcome=returned, note="", n=1, at_ms=1, faults=faults
    )


def _poster(*, days: int = 1, lines: int = 1) -> Poster:
    line = PosterLine(label="l", text="t")
    return Poster(title="t", days=days, unit=WindowUnit.DAYS, lines=(line,) * lines)


def _visitors(n: int) -> Visit:
    return Visit(visitors=tuple(f"v{at}" for at in range(n)), words="w")


def _decision(note: str) -> Decision:
    return Decision(
        application=bytes(16), case="1", outcome=Outcome.APPROVED, note=note, n=1, at_ms=1
    )


def _application(**facts: Any) -> Application:
    usual: dict[str, Any] = {"application": bytes(16), "item": "i", "release": 1, "form": "{}"}
    return Application(**(usual | facts))


def _application_files(n: int) -> object:
    files = tuple(_file(size, at) for at, size in enumerate(_split(n, MAX_FILE_BYTES)))
    blobs = tuple((file.blob, sealed_size(file.size)) for file in files)
    envelope = seal(b"x", make_header(blobs=blobs))
    return _check_plainly(envelope, _application(attachments=files))


def _split(total: int, most: int) -> list[int]:
    whole, rest = divmod(total, most)
    return [most] * whole + ([rest] if rest else [])


def _announce(sizes: list[int]) -> object:
    blobs = tuple((at.to_bytes(32, "big"), size) for at, size in enumerate(sizes))
    return make_header(blobs=blobs)


def _control_envelope(n: int) -> object:
    head = pack(make_header(lane=Lane.CONTROL))

    def wire(sealed: int) -> bytes:
        return pack(Signed(body=pack([head, bytes(sealed)]), signature=bytes(64)))

    found = wire(n - len(wire(30_000)) + 30_000)
    assert len(found) == n
    return read_envelope(found)


def _seal(n: int) -> object:
    return seal(bytes(n), make_header())


def _frame(n: int) -> object:
    return list(FrameReader().feed(struct.pack(">IB", n, 8)))


def _health(**facts: Any) -> Health:
    usual: dict[str, Any] = {
        "node": ID, "number": 1, "program": "1", "roster": 1, "release": 1, "waiting": 0,
    }  # fmt: skip
    return Health(**(usual | facts))


def _heard(n: int) -> Heard:
    return Heard(node=ID, age_s=0, word=bytes(n))


def _key(_: object) -> bytes:
    return keys_of("1" * 16).signer.public_bytes()


def _notice(n: int) -> Notice:
    return Notice(node=ID, origin=ID, item=DIGEST, code="c" * n, at_ms=1)


def _refused_names(n: int) -> None:
    """Beyond it they are counted, not named."""
    carried = Carried()
    for at in range(n):
        carried.refuse(f"{at}", "code")
    if carried.refused_more:
        raise ValueError("not named")


def _survey(fill: Callable[[Path, int], None]) -> Take:
    def take(n: int) -> object:
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), n)
            return survey(Path(folder))

    return take


def _list(n: int) -> object:
    data = pack_list([Listed("x", 1)] * n)
    return read_list(data, hashlib.sha256(data).digest())


def _sized_kit(n: int) -> None:
    """A kit is refused by one code whatever is wrong with it: the words tell its length."""
    try:
        read_kit(_MAGIC.ljust(n))
    except YizhanError as exc:
        if exc.detail == "not a kit file":
            raise


def _block(last: int = 100) -> NumberBlock:
    return NumberBlock(
        block=ID, issuer="451423", kind=NumberKind.CASE, year=2026, first=1, last=last
    )


def _desk_request(clerk: str) -> DeskRequest:
    slot = CountySlot(suite=2, key=ID, sealed=b"slot")
    return DeskRequest(vault=DIGEST, slot=slot, desk=DIGEST, clerk=clerk)


def _voided_runs(n: int) -> None:
    """In one block so many, and together not more either."""
    runs = [VoidedRun(first=at, last=at, reason="x") for at in range(1, n + 1)]
    one = BlockUse(block=_block(), next=n + 1, voided=tuple(runs))
    NumberReport(uses=(one,))
    half = BlockUse(block=_block(), next=n + 1, voided=tuple(runs[: n // 2]))
    rest = BlockUse(block=_block(), next=n + 1, voided=tuple(runs[n // 2 :]))
    NumberReport(uses=(half, rest))


def _paths(n: int) -> None:
    """More than so many are refused before anybody looks whether there are such nodes."""
    roster = Roster.of(
        Edition(
            head=Head(kind=Kind.ROSTER, version=1, digest=b"", count=0, created_ms=0),
            proof=b"",
            entries={},
        ),
        Delegation(number=1, registrar=b"", created_ms=0),
    )
    try:
        checked_paths(roster, "parent", [f"{at:016x}" for at in range(n)])
    except NodeUnknownError:
        return


UPPER: dict[str, Take] = {
    "MAX_FRAME_BYTES": _frame,
    "PART_BYTES": lambda n: Part(blob=DIGEST, size=MIB, offset=0, data=bytes(n)),
    "MAX_ENVELOPE_BYTES": lambda n: EnvelopeItem(wire=bytes(n)),
    "MAX_PLAINTEXT_BYTES": _seal,
    "MAX_COUNT": lambda n: _hello(roster=n - 1),  # numbers stay below it
    "MAX_TIME_MS": lambda n: TimeStatement(instance=ID, n=1, at_ms=n),
    "MAX_TIME_BYTES": lambda n: _hello(time=bytes(n)),
    "MAX_FILE_BYTES": _file,
    "MAX_BLOB_BYTES": lambda n: _announce([n]),
    "MAX_APPLICATION_FILES_BYTES": _application_files,
    "MAX_FILES": lambda n: _announce([1] * n),
    "MAX_ENVELOPE_BLOBS_BYTES": lambda n: _announce(_split(n, MAX_BLOB_BYTES)),
    "MAX_CONTROL_BYTES": _control_envelope,
    "MAX_FORM_BYTES": lambda n: read_form(b'{"a":"' + b"x" * (n - 8) + b'"}'),
    "MAX_FORM_DEPTH": lambda n: read_form(b'{"a":' * n + b"1" + b"}" * n),
    "MAX_MARK_BYTES": lambda n: _hello(mark=bytes(n)),
    "MAX_BATCH_LINE_BYTES": lambda n: read_line((b'{"item": "i", "form": {}}').ljust(n)),
    "MAX_INQUIRY_IDS": lambda n: Inquiry(envelopes=(DIGEST,) * n),
    "MAX_FAULTS": _faults,
    "MAX_OFFICE_EVENTS": lambda n: OfficeEvents(
        station=ID, application=DIGEST[:16], turn=2, first=3, events=(b"",) * n
    ),
    "MAX_SERVED": lambda n: _entry(
        serves=tuple(Village(code=f"{at:012d}", name="村") for at in range(n))
    ),
    "MAX_WAITING_CLERKS": lambda n: Confirmation(
        circular=b"c" * 16, waiting=tuple(f"甲{at}" for at in range(n))
    ),
    "MAX_LACKING": lambda n: Advised(item="i", lacking=("缺",) * n),
    "MAX_PERSONS": _visitors,
    "MAX_POSTER_DAYS": lambda n: _poster(days=n),
    "MAX_POSTER_LINES": lambda n: _poster(lines=n),
    "MAX_TELLING_DAYS": lambda n: Document(
        application=bytes(16), case="1", name="n", note="", n=1, at_ms=1, days=n
    ),
    "MAX_NOTE_CHARS": lambda n: _decision("长" * n),
    "MAX_BLOCK_NUMBERS": lambda n: _block(last=n),
    "MAX_SLIP_BYTES": _only_too_large(
        lambda data: open_word(
            data, Slip, lambda _: DIGEST, context=Context.SLIP, limit=MAX_SLIP_BYTES
        )
    ),
    "MAX_SLIP_CHARS": _slip_text,
    "MAX_NUMBER_CHARS": lambda n: NumberReport(number="1" * n),
    "MAX_NUMBER_BLOCKS": lambda n: Numbers(blocks=(_block(),) * n),
    "MAX_VOIDED_RUNS": _voided_runs,
    "MAX_REASON_CHARS": lambda n: VoidedBlock(block=ID, reason="因" * n),
    "MAX_CLERK_NAME_CHARS": lambda n: _desk_request(clerk="韦" * n),
    "MAX_SLOT_BYTES": lambda n: DeskRelease(desk=DIGEST, sealed=bytes(n)),
    "MAX_EDITION_BYTES": lambda n: EditionNews(
        kind=Kind.ROSTER, version=1, base=0, proof=b"", blob=DIGEST, size=n
    ),
    "MAX_EDITION_ENTRIES": lambda n: _check_size({f"{at}": b"" for at in range(n)}),
    "MAX_ENTRY_BYTES": lambda n: _check_size({"one": bytes(n)}),
    "MAX_CONTACT_CHARS": lambda n: checked_contact("张" * n),
    "MAX_KIT_BYTES": _sized_kit,
    "MAX_JOIN_BYTES": _only_too_large(read_parcel),
    "MAX_JOIN_ANSWER_BYTES": _only_too_large(read_answer),
    "MAX_CERTIFICATE_BYTES": lambda n: Renewed(certificate=bytes(n)),
    "MAX_AUTHORITIES": lambda n: _entry(authorities=(b"der",) * n),
    "MAX_FORMER_KEYS": lambda n: _entry(former=(DIGEST,) * n),
    "MAX_DRAINED": lambda n: _entry(drained=(Drained(signing=(DIGEST,)),) * n),
    "MAX_NAME_CHARS": lambda n: checked_name("村" * n),
    "MAX_URL_CHARS": lambda n: checked_url("https://" + "hub." * 70 + "a" * (n - 293) + ":8440"),
    "MAX_OTHER_PATHS": _paths,
    "MAX_PAUSE_S": lambda n: _hello(linger_s=n),
    "MAX_WINDOWS": lambda n: LaneBudget(windows=("* * * * *",) * n),
    "MAX_WINDOW_CHARS": lambda n: read_window("0 * * * *".ljust(n)),
    "MAX_NOTICES": lambda n: Notices(signed=(b"signed",) * n),
    "MAX_NOTICE_BYTES": _only_too_large(lambda data: read_notice(data, _key)),
    "MAX_CODE_CHARS": _notice,
    "MAX_RULE_SUITES": lambda n: Rules(suites=(1,) * n),
    "MAX_KEYS_DAYS": lambda n: Rules(keys_days=n),
    "MAX_OFFICE_DAYS": lambda n: Rules(office_days=n),
    "MAX_ROAMING_REPORT_BYTES": lambda n: _hello(roaming_reports=(bytes(n),)),
    "MAX_ROAMING_REPORTS": lambda n: _hello(roaming_reports=(b"visit",) * n),
    "MAX_HEALTH_BYTES": _heard,
    "MAX_HEARD": lambda n: _hello(heard=(_heard(0),) * n),
    "MAX_PROGRAM_CHARS": lambda n: _health(program="1" * n),
    "MAX_CONDITIONS": lambda n: _health(conditions=("disk",) * n),
    "MAX_CONDITION_CHARS": lambda n: _health(conditions=("d" * n,)),
    "OFFER_IDS": lambda n: Offer(envelopes=(ID,) * (n - 1), blobs=(ID + ID,)),
    "MAX_STICK_BAGS": _survey(bags),
    "MAX_STICK_BYTES": _survey(sparse),
    "MAX_STICK_REFUSALS": _refused_names,
    "STICK_LIST_FILES": _list,
}

LOWER: dict[str, Take] = {
    "MIN_BUDGET_BYTES_PER_S": lambda n: LaneBudget(bytes_per_s=n),
    "MIN_QUOTA_BYTES": lambda n: Rules(quota_bytes=n),
    "MIN_QUOTA_ITEMS": lambda n: Rules(quota_items=n),
    "MIN_KEYS_DAYS": lambda n: Rules(keys_days=n),
    "MIN_OFFICE_DAYS": lambda n: Rules(office_days=n),
}
