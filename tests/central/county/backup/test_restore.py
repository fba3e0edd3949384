"""A restored county is the same node in another life: it has what the backup has, and goes on."""

import shutil
from pathlib import Path

import pytest

from central.county.backup.calls import Made
from central.county.backup.models import BackupRow
from central.county.casework.calls import Files
from central.county.recovery.restoring import AHEAD
from central.server.config import ServerConfig
from protocol.envelope.payloads import Outcome, ReceiptState
from protocol.errors import (
    BackupDamagedError,
    FileUnreadableError,
    NewerStoreError,
    RestorePlaceError,
    StoreError,
)
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import BlobRef
from protocol.json_values import to_json
from runtime.system import SystemClock
from tests.builders.clock import FakeClock
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.backup.place import OpenCounty, Place, envelope_id
from tests.central.county.village import CATALOGUE, Scan, Village

OTHER = CATALOGUE.replace("样例目录".encode(), "另一目录".encode())


async def fill(county: OpenCounty) -> tuple[Village, Scan, Scan]:
    """Three applications: decided, complete with a file, and one whose file is on its way."""
    village = await county.village()
    card, late = village.scan(b"card" * 100), village.scan(b"late" * 100)
    await county.bring(village.submit(), village.submit(card), village.submit(late), card)
    first = village.applications[0].hex()
    await county.node.county.flows.decide(
        (await county.cases())[first]["case"], outcome=Outcome.APPROVED, note="准予"
    )
    return village, card, late


async def ledger(county: OpenCounty) -> list[dict[str, object]]:
    return [to_json(account.line()) for account in await county.node.county.reconciliation.ledger()]


async def test_everything_is_there_again(any_place: Place, postgres: PostgresServer) -> None:
    async with any_place.open() as county:
        village, _, late = await fill(county)
        made = await any_place.back_up(county)
        before, accounts = await county.cases(), await ledger(county)
        instance = (await county.node.relay.instance()).hex()
        roster = county.node.authority.roster().version

    url = postgres.empty_database() if any_place.database else ""
    restored = await any_place.restore(made, database=url)

    assert restored.instance != instance
    assert restored.roster == roster + AHEAD
    assert restored.release == 1 + AHEAD
    assert (restored.blobs, restored.lost_blobs, restored.safe) == (1, 0, 2)
    async with any_place.open(any_place.restored) as county:
        assert (await county.node.relay.instance()).hex() == restored.instance
        assert (await county.cases(), await ledger(county)) == (before, accounts)
        assert county.node.authority.root_public == county.node.relay.identity.root
        case = before[village.applications[1].hex()]["case"]
        wanted = Files(case=case, folder=any_place.folder / "files")
        written = await county.node.county.case_room.writing.write(wanted)
        assert [file.path.read_bytes() for file in written if file.path] == [b"card" * 100]

        await county.bring(late, village.submit())
        cases = await county.cases()
        assert cases[village.applications[2].hex()]["state"] == "complete"
        new = cases[village.applications[3].hex()]["case"]
        assert new[12:14] not in {case["case"][12:14] for case in before.values()}
        joined = await county.village()
        await county.bring(joined.submit())
        assert (await any_place.back_up(county)).safe == 3
        assert await county.count(BackupRow) == 2


async def test_what_the_backup_has_is_told_by_the_new_instance(place: Place) -> None:
    """Stations count only the words of the newest instance, and those that say SAFE."""
    async with place.open() as county:
        village, *_ = await fill(county)
        plain = village.submit()
        await county.bring(plain)
        await place.back_up(county)
        later = village.submit()
        await county.bring(later)
        made = await place.back_up(county)
        told = len(await county.receipts(village))

    assert (await place.restore(made)).safe == 1, "the others were told before this copy"

    async with place.open(place.restored) as county:
        lines = (await county.receipts(village))[told - 1 :]
        again = {line.envelope: line.state for line in lines}
        waiting = [state for key, state in again.items() if key != envelope_id(later)]
        assert again[envelope_id(later)] is ReceiptState.SAFE
        assert waiting == [ReceiptState.RECEIVED]
        assert [line.number for line in lines] == [1, 2]


async def test_an_application_of_a_lost_release_is_taken(place: Place) -> None:
    """The catalogue was published after the backup; no clerk is to suffer for that."""
    async with place.open() as county:
        village, *_ = await fill(county)
        made = await place.back_up(county)
        assert await county.node.county.catalogue.publish(OTHER) == 2
        sealed = [village.submit(release=2), village.submit(release=2, item="no such item")]
        await county.bring(*sealed)
    await place.restore(made)
    async with place.open(place.restored) as county:
        await county.bring(*sealed, village.submit(release=AHEAD + 2))
        cases = await county.cases()
        assert village.applications[3].hex() in cases
        (account,) = await ledger(county)
        assert (account["received"], account["rejected"]) == (6, 0)
        assert await county.node.county.catalogue.publish(OTHER) == AHEAD + 2
        assert await county.node.county.catalogue.publish(OTHER) == AHEAD + 2


async def test_numbers_move_on_even_if_nothing_was_published(place: Place) -> None:
    place.found()
    config = ServerConfig.load(place.data / "county.toml")
    assert config.database == ""
    async with place.open() as county:
        made = await place.back_up(county)
        assert county.node.relay.editions.versions() == (1, 1)
    assert (await place.restore(made)).release == AHEAD + 1
    shutil.rmtree(place.restored)
    again = await place.restore(made, ahead=2 * AHEAD)
    assert (again.roster, again.release) == (2 * AHEAD + 1, 2 * AHEAD + 1)


async def test_a_second_restore_of_one_backup_gives_out_no_number_again(place: Place) -> None:
    """Nodes may hold what the county of the first one has published since."""
    place.found()
    async with place.open() as county:
        made = await place.back_up(county)
    first = await place.restore(made, ahead=None)
    async with place.open(place.restored) as county:
        published = await county.node.county.catalogue.publish(OTHER)
        roster = county.node.authority.move_ahead(1).version
    shutil.rmtree(place.restored)
    later = FakeClock(SystemClock().now_ms() + 60_000)

    second = await place.restore(made, clock=later, ahead=None)

    assert AHEAD < first.release < published < second.release
    assert AHEAD < first.roster < roster < second.roster


async def test_settings_come_along_but_for_the_database(place: Place) -> None:
    place.found()
    (place.data / "county.toml").write_text('database = ""\nlisten = "127.0.0.1:1"\n', "utf-8")
    async with place.open() as county:
        made = await place.back_up(county)
    await place.restore(made)
    text = (place.restored / "county.toml").read_text("utf-8")
    assert text == 'listen = "127.0.0.1:1"\n'


async def copy_of(place: Place) -> Made:
    async with place.open() as county:
        await fill(county)
        return await place.back_up(county)


@pytest.mark.parametrize("harm", ["gone", "changed", "short"])
async def test_a_blob_that_is_not_whole_is_refused(place: Place, harm: str) -> None:
    made = await copy_of(place)
    (blob,) = (place.backups / "blobs").glob("*/*/*")
    content = blob.read_bytes()
    blob.unlink()  # and with it the second name of the county's own file
    if harm != "gone":
        blob.write_bytes(content[:-1] + (b"x" if harm == "changed" else b""))
    with pytest.raises(BackupDamagedError, match="1 of 1 blobs"):
        await place.restore(made)
    assert not place.restored.exists()
    assert {path.name for path in place.folder.iterdir()} == {
        "county",
        "county.recovery",
        "backups",
    }


async def test_without_a_blob_its_case_waits_for_it_again(place: Place) -> None:
    async with place.open() as county:
        village, card, _ = await fill(county)
        made = await place.back_up(county)
    shutil.rmtree(place.backups / "blobs")

    restored = await place.restore(made, incomplete=True)

    assert (restored.blobs, restored.lost_blobs, restored.safe) == (0, 1, 1)
    async with place.open(place.restored) as county:
        application = village.applications[1].hex()
        assert (await county.cases())[application]["state"] == "received"
        assert not county.node.relay.queue.files.has(BlobRef(village.node, card.announced[0]))
        await county.bring(card)
        assert (await county.cases())[application]["state"] == "complete"
        last = (await county.receipts(village))[-1]
        assert last.state is ReceiptState.COMPLETE


async def test_parts_of_a_growing_blob_are_asked_for_anew(place: Place) -> None:
    """The backup has no half blobs, so the copy of the database must not count their bytes."""
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(bytes(200_000))
        await county.bring(village.submit(scan))
        assert await county.offer(list(scan.parts[:2])) == []
        made = await place.back_up(county)
    await place.restore(made)
    async with place.open(place.restored) as county:
        refused = await county.offer(list(scan.parts[2:]))
        assert {code for _, code in refused} == {"peer.unexpected"}
        await county.bring(scan)
        ((_, case),) = (await county.cases()).items()
        assert case["state"] == "complete"


async def test_only_an_empty_place_is_restored_to(
    place: Place, tmp_path: Path, postgres: PostgresServer
) -> None:
    made = await copy_of(place)
    place.restored.mkdir()
    (place.restored / "a file").touch()
    with pytest.raises(RestorePlaceError):
        await place.restore(made)
    assert [path.name for path in place.restored.iterdir()] == ["a file"]
    (place.restored / "a file").unlink()
    url = postgres.empty_database()
    await place.restore(made, database=url)  # an empty folder will do
    assert not (place.restored / "county.db").exists()
    with pytest.raises(RestorePlaceError):
        await place.restore(made, data=tmp_path / "second", database=url)
    with pytest.raises(RestorePlaceError):
        await place.restore(made, data=Path("/proc"))
    with pytest.raises(FileUnreadableError):
        await place.restore(made, data=tmp_path / "second", file=tmp_path / "nothing.backup")
    nowhere = f"postgresql+asyncpg://x@/x?host={tmp_path}"
    with pytest.raises(StoreError):
        await place.restore(made, data=tmp_path / "second", database=nowhere)
    assert not (tmp_path / "second").exists()


async def test_a_backup_of_a_newer_program_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.backup.archive._FORMAT", 2)
    made = await copy_of(place)
    monkeypatch.setattr("central.county.backup.archive._FORMAT", 1)
    with pytest.raises(NewerStoreError):
        await place.restore(made)
    assert not place.restored.exists()


async def test_nothing_that_comes_again_is_a_case_twice(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(b"scan")
        before, after = village.submit(scan), village.submit()
        await county.bring(before, scan)
        made = await place.back_up(county)
        await county.bring(after)
    await place.restore(made)
    async with place.open(place.restored) as county:
        await county.bring(before, after, scan)
        assert await county.offer([EnvelopeItem(wire=after)]) == []
        cases = await county.cases()
        assert set(cases) == {application.hex() for application in village.applications}
        (account,) = await ledger(county)
        assert account["minted"] == account["received"] == account["complete"] == 2
        assert (account["missing"], account["duplicates"], account["forks"]) == ([], 0, 0)


async def test_a_county_may_be_restored_at_another_address(place: Place) -> None:
    async with place.open() as county:
        made = await place.back_up(county)
    url = "https://10.9.8.7:8440"
    await place.restore(made, url=url)
    async with place.open(place.restored) as county:
        node, entry = county.node.relay.editions.roster.county()
        assert (node, entry.url) == (county.node.relay.node, url)
        assert county.node.authority.roster().nodes[node].url == url
