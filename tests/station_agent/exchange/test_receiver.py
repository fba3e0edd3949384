"""What comes from the parent: stored once, refused without a trace, resumed where it stopped."""

import copy
import hashlib
from dataclasses import replace

import pytest

from protocol.codec import altered
from protocol.envelope.payloads import Application, ReceiptState, Statement, sign_statement
from protocol.errors import RollbackError, SignatureError
from protocol.exchange.editions import Trust
from protocol.exchange.messages import EditionNews, EnvelopeItem, Item, Part
from protocol.ids import BlobRef, ExchangeId
from protocol.trust.edition import Edition, Kind, changes, whole
from protocol.trust.roster import read_roster
from station_agent.app import Station
from station_agent.store import editions, inbox
from station_agent.store import station as station_store
from tests.builders.clerk import result_of
from tests.builders.lines.links import Line
from tests.station_agent.county import CATALOGUE, COUNTY, HUB, County
from tests.station_agent.village import Village

EXCHANGE = ExchangeId(b"exchange")


async def _store(station: Station, *items: Item) -> list[str]:
    """Codes of what was refused."""
    refused = await station.exchanges.stores().store(EXCHANGE, len(items), items)
    return [code for _, code in refused]


async def _held(station: Station, kind: Kind) -> int:
    return await station.database.read(lambda tx: editions.version(tx, kind))


async def _refused_items(station: Station) -> int:
    return (await station.database.read(station_store.read_state)).refused_items


async def test_an_envelope_takes_effect_once_however_often_it_comes(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        receipt = village.county.receipt(envelope.id, ReceiptState.RECEIVED)
        item = EnvelopeItem(wire=receipt.wire)
        assert await _store(station, item, item) == []
        assert await _store(station, item) == []
        rows = await station.database.read(lambda tx: tx.rows("SELECT * FROM receipts"))
        assert await village.state(station, application) == "received"
    assert len(rows) == 1


async def test_what_the_county_did_not_sign_is_refused_and_only_counted(village: Village) -> None:
    stranger = County()
    stranger.keys = stranger.station_keys
    genuine = village.county.receipt(b"e" * 32, ReceiptState.RECEIVED)
    forged = stranger.receipt(b"e" * 32, ReceiptState.RECEIVED)
    changed = bytearray(genuine.wire)
    changed[len(changed) // 2] ^= 1
    async with village.open() as station:
        codes = await _store(
            station,
            EnvelopeItem(wire=forged.wire),
            EnvelopeItem(wire=b"nothing"),
            EnvelopeItem(wire=bytes(changed)),
        )
        assert codes[:2] == ["peer.signature", "peer.malformed"]
        assert codes[2] in ("peer.signature", "peer.malformed")
        assert await _refused_items(station) == 3
        count = await station.database.read(lambda tx: tx.row("SELECT count(*) AS n FROM inbox"))
    assert count is not None
    assert count["n"] == 0


async def test_a_refused_item_does_not_hold_up_the_others(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        good = village.county.receipt(village.envelope_of(application).id, ReceiptState.COMPLETE)
        refused = await station.exchanges.stores().store(
            EXCHANGE, 9, [EnvelopeItem(wire=b"?"), EnvelopeItem(wire=good.wire)]
        )
        assert refused == [(0, "peer.malformed")]
        assert await village.state(station, application) == "complete"
        seen = await station.database.read(lambda tx: station_store.seen_of(tx, None))
    assert seen == (EXCHANGE, 9)


async def test_what_cannot_be_opened_is_kept_with_its_reason(village: Village) -> None:
    village.county.station_keys = village.county.keys  # sealed for somebody else
    lost = village.county.receipt(b"e" * 32, ReceiptState.RECEIVED)
    async with village.open() as station:
        assert await _store(station, EnvelopeItem(wire=lost.wire)) == []
        (row,) = await station.database.read(lambda tx: tx.rows("SELECT * FROM quarantine"))
        assert (row["wire"], row["code"]) == (lost.wire, "peer.unopenable")
        assert await _store(station, EnvelopeItem(wire=lost.wire)) == []


async def test_an_application_sent_to_a_station_is_quarantined(village: Village) -> None:
    payload = Application(application=bytes(16), item="pension", release=1, form="{}")
    strange = village.county.post(payload)
    async with village.open() as station:
        assert await _store(station, EnvelopeItem(wire=strange.wire)) == []
        (row,) = await station.database.read(lambda tx: tx.rows("SELECT * FROM quarantine"))
    assert row["code"] == "peer.unexpected"


async def test_a_receipt_with_anothers_statement_is_quarantined(village: Village) -> None:
    statement = Statement(county=bytes(8), instance=bytes(8), at_ms=1, lines=())
    stranger = village.county.station_keys.signer
    forged = village.county.post(sign_statement(stranger, statement))
    async with village.open() as station:
        assert await _store(station, EnvelopeItem(wire=forged.wire)) == []
        (row,) = await station.database.read(lambda tx: tx.rows("SELECT * FROM quarantine"))
    assert row["code"] == "peer.signature"


def _parts(blob: bytes, data: bytes, size: int = 1000, origin: str = COUNTY) -> list[Part]:
    return [
        Part(
            origin=bytes.fromhex(origin),
            blob=blob,
            size=len(data),
            offset=at,
            data=data[at : at + size],
        )
        for at in range(0, len(data), size)
    ]


async def test_parts_come_in_order_and_repeated_ones_are_skipped(village: Village) -> None:
    decision, blobs = village.county.decision(bytes(16), file=b"x" * 5000)
    ((blob, data),) = blobs.items()
    parts = _parts(blob, data)
    async with village.open() as station:
        assert await _store(station, parts[0]) == ["peer.blob-unknown"]
        assert await _store(station, EnvelopeItem(wire=decision.wire), parts[0], parts[1]) == []
        assert await _store(station, parts[3]) == ["peer.unexpected"]  # a gap
        assert await _store(station, parts[0], parts[1]) == []
        overlapping = Part(
            origin=bytes.fromhex(COUNTY), blob=blob, size=len(data), offset=500, data=data[500:3300]
        )
        assert await _store(station, overlapping) == []
        wrong_size = Part(
            origin=bytes.fromhex(COUNTY), blob=blob, size=len(data) + 1, offset=0, data=b"x"
        )
        assert await _store(station, wrong_size) == ["peer.unexpected"]
        assert await _store(station, *parts[3:]) == []
        assert await _store(station, *parts) == []
        found = await station.database.read(lambda tx: inbox.find(tx, BlobRef(COUNTY, blob)))
        name = blob.hex()
        assert (village.data / "blobs" / COUNTY / name[:2] / name).read_bytes() == data
    assert found is not None
    assert found.whole


async def test_a_blob_with_a_wrong_byte_comes_again_from_its_start(village: Village) -> None:
    decision, blobs = village.county.decision(bytes(16), file=b"x" * 3000)
    ((blob, data),) = blobs.items()
    bad = bytearray(data)
    bad[10] ^= 1
    async with village.open() as station:
        await _store(station, EnvelopeItem(wire=decision.wire))
        assert await _store(station, *_parts(blob, bytes(bad))) == ["peer.digest"]
        assert await _store(station, *_parts(blob, data)) == []
        found = await station.database.read(lambda tx: inbox.find(tx, BlobRef(COUNTY, blob)))
    assert found is not None
    assert found.whole


async def test_a_decision_file_goes_on_where_the_line_was_cut(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        decision, blobs = village.county.decision(
            bytes.fromhex(application), file=village.randomness.token(300_000)
        )
        village.parent.send(decision, blobs)
        tally = await village.exchange(station, Line(cut_down=130_000))
        held = await station.database.read(
            lambda tx: inbox.find(tx, BlobRef(COUNTY, next(iter(blobs))))
        )
        assert held is not None
        assert 0 < held.held < held.size
    async with village.open() as station:
        tally = await village.exchange(station)
        assert not isinstance(tally, Exception)
        assert tally.bytes_down < 300_000
        result = await result_of(station, application, village.data / "out", None)
    (attachment,) = result["result"]["attachments"]
    assert attachment["file"] is not None


async def test_a_newer_release_comes_as_changes_and_an_older_one_changes_nothing(
    village: Village,
) -> None:
    document = copy.deepcopy(CATALOGUE)
    document["items"][0]["name"] = "城乡居民养老保险"
    second = village.county.make_release(2, document)
    first = village.county.release
    async with village.open() as station:
        news = village.county.news(Kind.RELEASE, second, first)
        assert await _store(station, news) == []
        assert await _store(station, news, village.county.news(Kind.RELEASE, first)) == []
        assert await _held(station, Kind.RELEASE) == 2
        _, entry = await station.database.read(
            lambda tx: editions.find_entry(tx, Kind.RELEASE, "pension")
        )
    assert entry == second.entries["pension"]


async def test_a_roster_that_is_not_newer_changes_nothing_by_line_or_stick(
    village: Village,
) -> None:
    county = village.county
    async with village.open() as station:
        newer = county.make_roster(3, hub="https://hub:1")
        assert await _store(station, county.news(Kind.ROSTER, newer)) == []
        for version in (1, 2, 3):
            other = county.news(Kind.ROSTER, county.make_roster(version, hub="https://old:1"))
            await _store(station, other)
            await station.exchanges.stores.arrival.take_in(
                [other]
            )  # as a stick or a join brings it
            assert await _held(station, Kind.ROSTER) == 3
    async with village.open() as station:  # from disk
        assert station.exchanges.parentage.target().url == "https://hub:1"


async def test_changes_that_do_not_fit_are_refused_and_the_whole_is_asked_for(
    village: Village,
) -> None:
    document = copy.deepcopy(CATALOGUE)
    document["title"] = "third"
    third = village.county.make_release(3, document)
    second = village.county.make_release(2, copy.deepcopy(CATALOGUE) | {"title": "second"})
    async with village.open() as station:
        exchange_store = station.exchanges.stores()
        wrong_base = village.county.news(Kind.RELEASE, third, second)
        assert await _store(station, wrong_base) == ["peer.rollback"]
        assert (await exchange_store.greeting()).release == 0
        body = changes(second.entries, third.entries)
        pretended = EditionNews(kind=Kind.RELEASE, version=3, base=1, proof=third.proof, body=body)
        assert (await _store(station, pretended))[0] in ("peer.digest", "peer.malformed")
        assert await _held(station, Kind.RELEASE) == 1
        assert await _store(station, village.county.news(Kind.RELEASE, third)) == []
        assert (await exchange_store.greeting()).release == 3


async def test_a_release_that_another_county_signed_is_refused(village: Village) -> None:
    stranger = County()
    stranger.keys = stranger.station_keys
    forged = stranger.make_release(2, CATALOGUE)
    async with village.open() as station:
        assert await _store(station, stranger.news(Kind.RELEASE, forged)) == ["peer.signature"]
        assert await _held(station, Kind.RELEASE) == 1


async def test_a_new_roster_is_in_force_at_once_and_after_a_restart(village: Village) -> None:
    second = village.county.make_roster(2, hub="https://127.0.0.1:7")
    async with village.open() as station:
        assert await _store(station, village.county.news(Kind.ROSTER, second)) == []
        assert (await station.exchanges.stores().greeting()).roster == 2
    async with village.open() as station:
        assert (await station.exchanges.stores().greeting()).roster == 2
        older = village.county.make_roster(1)
        assert await _store(station, village.county.news(Kind.ROSTER, older)) == []
        assert (await station.exchanges.stores().greeting()).roster == 2


async def test_a_roster_of_another_authority_is_refused(village: Village) -> None:
    stranger = County()
    stranger.root = stranger.registrar
    async with village.open() as station:
        news = stranger.news(Kind.ROSTER, stranger.make_roster(5))
        assert await _store(station, news) == ["peer.signature"]


async def test_a_large_release_comes_in_parts(village: Village) -> None:
    document = copy.deepcopy(CATALOGUE) | {"title": "big"}
    second = village.county.make_release(2, document)
    body = changes({}, second.entries)
    blob = hashlib.sha256(body).digest()
    news = EditionNews(
        kind=Kind.RELEASE, version=2, base=0, proof=second.proof, blob=blob, size=len(body)
    )
    parts = _parts(blob, body, 100, origin="")
    async with village.open() as station:
        assert await _store(station, news, *parts[:2]) == []
    async with village.open() as station:
        assert await _store(station, news, *parts[2:]) == []
        assert await _held(station, Kind.RELEASE) == 2
        assert list((village.data / "blobs").glob("*/*/*")) == []
        assert await _store(station, parts[0]) == ["peer.blob-unknown"]


def _announced(edition: Edition, body: bytes, *, version: int = 0) -> EditionNews:
    """News of ``edition`` whose body is to come as a blob with this content."""
    return EditionNews(
        kind=edition.head.kind,
        version=version or edition.version,
        base=0,
        proof=edition.proof,
        blob=hashlib.sha256(body).digest(),
        size=len(body),
    )


@pytest.mark.parametrize("kind", list(Kind))
async def test_nothing_of_an_edition_that_the_county_has_not_signed_is_kept(
    village: Village, kind: Kind
) -> None:
    stranger, county, junk = County(), village.county, bytes(200_000)
    stranger.root = stranger.registrar
    stranger.keys = stranger.station_keys
    if kind is Kind.ROSTER:
        forged, right = stranger.make_roster(5), county.make_roster(5)
    else:
        forged, right = (one.make_release(5, CATALOGUE) for one in (stranger, county))
    async with village.open() as station:
        for news, code in (
            (_announced(forged, junk), "peer.signature"),
            (_announced(right, junk, version=6), "peer.malformed"),  # signed was another version
        ):
            part = _parts(news.blob, junk, 40_000, origin="")[0]
            assert await _store(station, news, part) == [code, "peer.blob-unknown"]
        assert list((village.data / "blobs").glob("*/*/*")) == []


async def test_of_an_edition_whose_body_is_junk_one_body_is_kept_and_dropped_when_it_is_whole(
    village: Village,
) -> None:
    right = village.county.make_release(5, CATALOGUE)
    bodies = [bytes([number]) * 120_000 for number in range(6)]
    async with village.open() as station:
        for body in bodies:
            news = _announced(right, body)
            parts = _parts(news.blob, body, 40_000, origin="")
            assert await _store(station, news, *parts[:2]) == []
            assert len(list((village.data / "blobs").glob("*/*/*"))) == 1
        news, body = _announced(right, bodies[-1]), bodies[-1]
        last = _parts(news.blob, body, 40_000, origin="")[2]
        assert await _store(station, news, last) == ["peer.malformed"]
        assert list((village.data / "blobs").glob("*/*/*")) == []
        assert await _held(station, Kind.RELEASE) == 1


async def test_an_edition_of_a_registrar_that_was_replaced_is_not_waited_for(
    village: Village,
) -> None:
    held = village.county.roster
    roster = read_roster(village.county.root.public_bytes(), held.proof, whole(held.entries))
    newer = replace(roster, delegation=altered(roster.delegation, number=2))
    news = _announced(village.county.make_roster(9), b"body")
    root = village.county.root.public_bytes()
    assert Trust(root=root, roster=roster).announced(news).version == 9
    with pytest.raises(RollbackError):
        Trust(root=root, roster=newer).announced(news)


async def test_only_what_the_county_sends_to_this_very_station_is_ours(village: Village) -> None:
    async with village.open() as station:
        delivery = station.exchanges.stores.arrival._delivery
        decision, _ = village.county.decision(b"a" * 16)
        delivery.require_ours(decision)
        with pytest.raises(SignatureError, match="from"):
            replace(delivery, node=HUB).require_ours(decision)
        application = await village.submit(station)
        await village.exchange(station)
        own = village.envelope_of(application)
        with pytest.raises(SignatureError, match="from"):
            delivery.require_ours(own)
