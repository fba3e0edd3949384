"""One package for a closed case: all of it is in, its bytes follow from it, its event names it."""

import asyncio
import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from central.county.archive import calls
from central.county.archive.gathering import Gathered
from central.county.archive.kept import Built, file_pieces
from central.county.archive.models import PackageRow
from central.county.archive.ports import FilingRules
from central.county.archive.service import Archive
from central.county.archive.verifying.verify import verify_package
from protocol.casework.events.closing import Archived
from protocol.casework.states import State
from protocol.errors import DamagedError
from protocol.errors.answers import CaseErasedError
from protocol.errors.casework import CaseMovedError, StepFieldsError, StepNotNowError
from protocol.ids import BlobId, BlobRef
from protocol.trust.fingerprint import fingerprint
from tests.central.county.archive.scene import NAME, NOTE, OWNER, PAPER, Filing


async def test_a_closed_case_becomes_one_file_that_proves_itself(
    filing: Filing, tmp_path: Path
) -> None:
    case = await filing.closed()
    (made,) = (await filing.made(case)).made
    (file,) = await filing.exported(tmp_path, case)
    root = filing.centre.ground.nodes.scene.authority.root_public
    found = verify_package(file, fingerprint(root))
    assert (found.faults, found.whole, found.proven) == ([], True, True)
    assert verify_package(file, root.hex()).proven
    assert verify_package(file).proven is False
    assert (found.sha256, found.bytes) == (made.sha256, made.bytes)
    life = await filing.centre.county.flows.life(case)
    assert life.status.state is State.ARCHIVED
    assert life.events[-1].body == Archived(digest=made.sha256)


async def test_all_of_the_case_lies_in_it_and_papers_to_the_byte(
    filing: Filing, tmp_path: Path
) -> None:
    case = await filing.closed()
    await filing.made(case)
    (file,) = await filing.exported(tmp_path, case)
    with zipfile.ZipFile(file) as package:
        inside = {name: package.read(name) for name in package.namelist()}
    assert inside["papers/01.png"] == PAPER
    assert {b"a photo"} == {data for name, data in inside.items() if name.startswith("followed/")}
    assert json.loads(inside["form.json"]) == {"name": NAME, "age": 61}
    page = inside["readable.html"].decode()
    assert all(words in page for words in (NAME, NOTE, case, "收件", "已送达", "准予"))
    kinds = [one["kind"] for one in json.loads(inside["events.json"])]
    assert (kinds[0], kinds[-1]) == ("received", "rated")
    assert json.loads(inside["rules/item-1.json"])["name"] == "养老保险参保登记"
    (row,) = json.loads(inside["national.json"])["up_pro_accept"]
    assert (row["project_no"], row["applyer_name"]) == (case, NAME)
    (brought, *_) = json.loads(inside["case.json"])["files"]
    assert (brought["name"], brought["path"]) == (f"{NAME}的身份证.png", "papers/01.png")


async def test_the_same_case_gives_the_same_bytes_whenever_it_is_made(filing: Filing) -> None:
    case = await filing.closed()
    archive = filing.operations._archive
    one = await archive.store.transact(lambda session: archive.gathering.of(session, case))
    first = await asyncio.to_thread(archive._built, one)
    filing.later(40)
    again = await archive.store.transact(lambda session: archive.gathering.of(session, case))
    assert await asyncio.to_thread(archive._built, again) == first


async def test_who_looked_at_the_case_stands_in_it(filing: Filing, tmp_path: Path) -> None:
    case = await filing.closed()
    audit = filing.centre.ground.nodes.scene.authority.audit
    audit.add(actor="王芳 (web)", action="county.case", subject=case, outcome="done")
    audit.add(actor="王芳 (web)", action="county.case", subject="another", outcome="done")
    await filing.made(case)
    (file,) = await filing.exported(tmp_path, case)
    with zipfile.ZipFile(file) as package:
        lines = package.read("audit.jsonl").decode().splitlines()
    looks = [json.loads(line) for line in lines]
    assert {one["subject"] for one in looks} == {case}
    assert "王芳 (web)" in {one["actor"] for one in looks}


async def test_it_is_made_once_and_written_out_the_same_each_time(
    filing: Filing, tmp_path: Path
) -> None:
    case = await filing.closed()
    (first,) = (await filing.made(case)).made
    (again,) = (await filing.made(case)).made
    assert again == first
    assert await filing.centre.count(PackageRow) == 1
    _, parts = await filing.operations._archive.parts(case)
    files = b"".join(file_pieces(parts, filing.centre.relay.queue.files))
    assert hashlib.sha256(files).hexdigest() == first.sha256
    (one,) = await filing.exported(tmp_path, case)
    assert one.read_bytes() == files
    noted = filing.centre.ground.nodes.scene.authority.audit.newest(0, 20)
    left = [(one.subject, one.detail) for one in noted if one.action == calls.EXPORT.name]
    assert (case, {"sha256": first.sha256}) in left  # who has it now can be asked


async def test_what_happens_while_a_package_is_made_is_not_left_out(
    filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A purge would take the only trace of it."""
    case, loop, make = await filing.closed(), asyncio.get_running_loop(), Archive._built

    def interrupted(archive: Archive, gathered: Gathered) -> Built:
        asyncio.run_coroutine_threadsafe(filing.rated_badly(case), loop).result()
        return make(archive, gathered)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Archive, "_built", interrupted)
        with pytest.raises(CaseMovedError):
            await filing.made(case)
    assert await filing.centre.count(PackageRow) == 0
    assert (await filing.centre.county.flows.life(case)).status.state is State.DELIVERED
    assert len((await filing.made(case)).made) == 1


async def test_a_case_that_is_open_is_not_filed_nor_is_one_by_hand(filing: Filing) -> None:
    village = await filing.centre.village()
    await filing.centre.bring(village.submit())
    case = str((await filing.centre.cases())[-1]["case"])
    with pytest.raises(StepNotNowError, match="待受理"):
        await filing.made(case)
    closed = await filing.closed(village)
    with pytest.raises(StepFieldsError, match="archive make"):
        await filing.act(closed, "archive")
    await filing.erasure.erase([closed], "x")
    with pytest.raises(CaseErasedError):
        await filing.made(closed)


async def test_one_that_cannot_be_filed_stops_no_other(filing: Filing) -> None:
    village = await filing.centre.village()
    await filing.centre.bring(village.submit())
    open_case = str((await filing.centre.cases())[-1]["case"])
    closed = await filing.closed(village)
    done = await filing.made(open_case, closed)
    assert [one.case for one in done.made] == [closed]
    assert [(one.case, one.code) for one in done.refused] == [(open_case, "case.not-now")]


async def test_a_paper_that_is_not_what_its_envelope_names_is_not_filed(filing: Filing) -> None:
    case = await filing.closed()
    archive = filing.operations._archive
    whole = (await archive.store.transact(lambda tx: archive.gathering.of(tx, case))).whole
    blob = whole.files[0].blob
    path = filing.centre.relay.queue.files.file(BlobRef(blob.origin, BlobId(blob.blob)))
    assert path is not None
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedError):
        await filing.made(case)


async def test_the_nightly_job_files_what_ended_long_enough_ago(filing: Filing) -> None:
    case = await filing.closed()
    await filing.operations.file_due()
    ready = (await filing.operations.filing(OWNER, calls.ListPackages())).ready
    assert [(one.case, one.due) for one in ready] == [(case, False)]
    filing.later(31)
    filing.believed.append(False)
    await filing.operations.file_due()  # its date is in doubt
    filing.believed.append(True)
    filing.rules.append(FilingRules(archive_days=0))
    await filing.operations.file_due()  # the policy wants none
    filing.rules.append(FilingRules(archive_days=30))
    assert await filing.centre.count(PackageRow) == 0
    await filing.operations.file_due()
    found = await filing.operations.filing(OWNER, calls.ListPackages())
    assert (found.ready, [one.case for one in found.made]) == ([], [case])
    assert found.made[0].made_by == ""
    newest = filing.centre.ground.nodes.scene.authority.audit.newest(0, 1)[0]
    assert (newest.action, newest.subject) == ("archive.make", case)


async def test_the_manifest_says_the_day_on_which_the_case_ended(
    filing: Filing, tmp_path: Path
) -> None:
    case = await filing.closed()
    await filing.made(case)
    (file,) = await filing.exported(tmp_path, case)
    assert date.fromisoformat(verify_package(file).ended).year > 2000
