"""What can't be taken lies in quarantine as it came, and its station is told why, once."""

import json
import logging

import pytest

from central.county.intake.models import QuarantineRow
from protocol.envelope.blob import sealed_size
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Decision, Outcome, Rejection
from protocol.envelope.suites import SuiteNumber
from protocol.errors import CatalogueError, every_error
from protocol.ids import BlobId
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_FILE_BYTES
from tests.central.county.centre import Centre
from tests.central.county.village import CATALOGUE, Village


def sealed_for_another_key(village: Village) -> bytes:
    return village.seal(village.application(), sealing=village.keys.public().x25519)


def no_payload(village: Village) -> bytes:
    return village.seal(b"\xc1 is no msgpack")


def not_compressed(village: Village) -> bytes:
    return village.seal(b"")


def a_decision(village: Village) -> bytes:
    return village.seal(
        Decision(application=bytes(16), case="1", outcome=Outcome.APPROVED, note="", n=1, at_ms=0)
    )


def a_rejection(village: Village) -> bytes:
    return village.seal(Rejection(envelope=bytes(32), code="peer", detail="", n=1, at_ms=0))


def an_unknown_item(village: Village) -> bytes:
    return village.submit(item="no\0such")


def a_release_beyond_every_column(village: Village) -> bytes:
    return village.submit(release=2**63)


def a_field_too_many(village: Village) -> bytes:
    return village.submit(form={"name": "样福丽", "shoe\0 size": 41})


def a_required_field_missing(village: Village) -> bytes:
    return village.submit(form={"age": 61})


def a_form_that_is_no_json(village: Village) -> bytes:
    return village.submit(form="{")


def a_form_that_is_no_object(village: Village) -> bytes:
    return village.submit(form="[]")


def half_a_character(village: Village) -> bytes:
    return village.submit(form='{"name": "\\ud800"}')


def an_infinite_number(village: Village) -> bytes:
    return village.submit(form='{"name": "样福丽", "age": 1e999}')


def an_unknown_material(village: Village) -> bytes:
    return village.submit(village.scan(b"x", material="shoe"))


def a_required_material_missing(village: Village) -> bytes:
    return village.submit(item="relief")


def a_file_over_the_limit_of_its_material(village: Village) -> bytes:
    return village.submit(village.scan(b"x" * 300_001))


def files_over_the_limit_together(village: Village) -> bytes:
    size = {"size": 20 * 1024 * 1024}
    scans = [village.scan(b"%d" % n, material="photo", wrong=size) for n in range(3)]
    return village.submit(*scans)


def a_blob_that_the_header_does_not_announce(village: Village) -> bytes:
    return village.seal(village.application(scans=[village.scan(b"x")]))


def a_blob_that_the_application_does_not_name(village: Village) -> bytes:
    return village.seal(village.application(), blobs=[(BlobId(bytes(32)), 16)])


def a_blob_of_another_size(village: Village) -> bytes:
    scan = village.scan(b"x")
    return village.seal(
        village.application(scans=[scan]), blobs=[(BlobId(scan.attachment.blob), 18)]
    )


BAD = {
    sealed_for_another_key: "peer.unopenable",
    no_payload: "peer.malformed",
    not_compressed: "peer.malformed",
    a_decision: "peer.unexpected",
    a_rejection: "peer.unexpected",
    an_unknown_item: "intake.item-unknown",
    a_release_beyond_every_column: "intake.item-unknown",
    a_field_too_many: "intake.form-invalid",
    a_required_field_missing: "intake.form-invalid",
    a_form_that_is_no_json: "intake.form-invalid",
    a_form_that_is_no_object: "intake.form-invalid",
    half_a_character: "intake.form-invalid",
    an_infinite_number: "intake.form-invalid",
    an_unknown_material: "intake.material-unknown",
    a_required_material_missing: "intake.material-missing",
    a_file_over_the_limit_of_its_material: "intake.attachment-too-large",
    files_over_the_limit_together: "intake.attachment-too-large",
    a_blob_that_the_header_does_not_announce: "peer.malformed",
    a_blob_that_the_application_does_not_name: "peer.malformed",
    a_blob_of_another_size: "peer.malformed",
}


async def test_every_kind_of_bad_input_is_kept_and_told_once(centre: Centre) -> None:
    """All of them in one commit with good ones, which are not held up."""
    village = await centre.village()
    wires = {make(village): code for make, code in BAD.items()}
    before, after = village.submit(), village.submit()

    assert await centre.bring(before, *wires, after) == []
    await centre.bring(*wires)

    assert len(await centre.cases()) == 2
    kept = {row.wire: row.code for row in await centre.rows(QuarantineRow)}
    assert kept == wires
    rejections = await centre.rejections(village)
    told = {(one.envelope, one.code) for one in rejections}
    assert told == {(read_envelope(wire).id, code) for wire, code in wires.items()}
    assert len(rejections) == len(wires)
    assert {code for _, code in told} <= {error.code for error in every_error()}
    receipted = {line.envelope for line in await centre.receipts(village)}
    assert receipted == {read_envelope(before).id, read_envelope(after).id}
    account = await centre.account(village.node)
    assert (account["quarantined"], account["rejected"], account["missing"]) == (20, 20, [])


async def test_files_of_exactly_what_is_allowed_are_taken(centre: Centre) -> None:
    """Each, and all together; one byte more is not: a station has sealed up to the limit."""
    village = await centre.village()
    sizes = [MAX_FILE_BYTES, MAX_FILE_BYTES, MAX_APPLICATION_FILES_BYTES - 2 * MAX_FILE_BYTES]

    def together(*sizes: int) -> bytes:
        scans = [
            village.scan(b"%d" % n, material="photo", wrong={"size": size})
            for n, size in enumerate(sizes)
        ]
        blobs = [
            (BlobId(scan.attachment.blob), sealed_size(size))
            for scan, size in zip(scans, sizes, strict=True)
        ]
        return village.seal(village.application(scans=scans), blobs=blobs)

    good = [village.submit(village.scan(b"x" * 300_000)), together(*sizes)]
    more = together(*sizes[:2], sizes[2] + 1)
    await centre.bring(*good)
    assert (len(await centre.cases()), await centre.rejections(village)) == (2, [])
    await centre.bring(more)
    told = {one.envelope: one.code for one in await centre.rejections(village)}
    assert told == {read_envelope(more).id: "intake.attachment-too-large"}


async def test_a_rejection_names_the_field_for_the_clerk(centre: Centre) -> None:
    village = await centre.village()

    await centre.bring(village.submit(form={"name": "样福丽", "age": 12}))

    (rejection,) = await centre.rejections(village)
    assert rejection.detail == "age：不能小于 16"
    assert rejection.at_ms == centre.clock.now_ms()


async def test_a_suite_whose_key_the_county_does_not_hold_is_told(centre: Centre) -> None:
    village = await centre.village()
    village.suite = SuiteNumber.XWING
    stolen = centre.relay.identity.keys.opening
    assert isinstance(stolen, dict)
    key = stolen.pop(SuiteNumber.XWING)

    await centre.bring(village.submit())
    stolen[SuiteNumber.XWING] = key

    assert [one.code for one in await centre.rejections(village)] == ["peer.unopenable"]


async def test_a_schema_that_could_run_without_end_is_not_published(centre: Centre) -> None:
    endless = {"properties": {"word": {"type": "string", "pattern": r"^(a|a)*\1$"}}}
    item = {"id": "endless", "name": "无尽", "materials": [], "schema": endless}
    items = [*json.loads(CATALOGUE)["items"], item]
    with pytest.raises(CatalogueError, match=r"endless.*schema\.properties\.word\.pattern"):
        await centre.county.catalogue.publish(json.dumps({"items": items}).encode())


async def test_the_county_checks_conditions_again_and_the_village_reads_the_author_s_word(
    centre: Centre,
) -> None:
    """A station that does not check, or another program, sends what no rule lets through."""
    rule = {
        "when": {"properties": {"age": {"exclusiveMaximum": 18}}},
        "then": "require",
        "fields": ["guardian"],
        "message": "未满十八周岁的要填监护人",
    }
    fields = {
        "age": {"type": "integer", "title": "年龄"},
        "guardian": {"type": "string", "title": "监护人"},
    }
    schema = {"type": "object", "properties": fields, "rules": [rule]}
    item = {"id": "ruled", "name": "有条件", "materials": [], "schema": schema}
    items = [*json.loads(CATALOGUE)["items"], item]
    await centre.county.catalogue.publish(json.dumps({"items": items}).encode())
    village = await centre.village()

    await centre.bring(
        village.submit(item="ruled", release=2, form={"age": 17}),
        village.submit(item="ruled", release=2, form={"age": 18}),
    )

    assert len(await centre.cases()) == 1
    (rejection,) = await centre.rejections(village)
    assert rejection.code == "intake.form-invalid"
    assert rejection.detail == "监护人（guardian）：未满十八周岁的要填监护人"


async def test_an_application_mended_after_a_rejection_gets_its_case(centre: Centre) -> None:
    village = await centre.village()
    draft = village.randomness.token(16)

    await centre.bring(village.submit(application=draft, form={}))
    await centre.bring(village.submit(application=draft))

    assert [case["application"] for case in await centre.cases()] == [draft.hex()]
    assert not any(line.duplicate for line in await centre.receipts(village))


async def test_a_station_that_cannot_be_written_to_holds_up_no_other(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its way was cut on the roster between the signature and the answer."""
    gone, other = await centre.village(), await centre.village()
    roster = centre.relay.editions.roster
    way = type(roster).next_hop
    monkeypatch.setattr(
        type(roster),
        "next_hop",
        lambda self, here, to: None if to == gone.node else way(self, here, to),
    )

    with caplog.at_level(logging.ERROR):
        await centre.bring(gone.submit(), gone.submit(form={}), other.submit())

    assert len(await centre.cases()) == 2
    assert len(await centre.receipts(other)) == 2
    account = await centre.account(gone.node)
    assert (account["quarantined"], account["rejected"]) == (1, 0)
    unanswered = [r for r in caplog.records if getattr(r, "event", "") == "intake.unanswered"]
    assert len(unanswered) == 2
