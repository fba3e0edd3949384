"""The papers of an application at the desk: brought as files, seen, put right, handed in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import FormData

from protocol.envelope.blob import open_chunks
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.filling import ITEM, begins, carried, sends, text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

SCRIPT = '"><script>alert(1)</script>.jpg'


@asynccontextmanager
async def counter(village: Village) -> AsyncIterator[tuple[Station, Visitor, str, str]]:
    """A clerk with a form filled in; the application, and the address of its papers."""
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        application = await begins(visitor)
        papers = await sends(visitor, application, "黄秀英")
        assert papers == f"/papers/pension/{application}"
        yield station, visitor, application, papers


async def brings(
    visitor: Visitor, papers: str, *files: tuple[str, bytes], material: str = "photo"
) -> tuple[int, str]:
    """Send files as the form of a material does; the status, and the page that answers."""
    form = FormData()
    form.add_field("token", await visitor.token(papers))
    for name, data in files:
        form.add_field("file", data, filename=name, content_type="image/jpeg")
    answer = await visitor.post(f"{papers}/add/{material}", form)
    if answer.status == 303:
        return 303, await text_of(visitor, answer.headers["Location"])
    return answer.status, await answer.text()


async def does(visitor: Visitor, papers: str, sheet: str, do: str, **more: str) -> int:
    form = {"token": await visitor.token(papers), "do": do, **more}
    return (await visitor.post(f"{papers}/sheet/{sheet}/change", form)).status


def sheets(page: str) -> list[str]:
    return re.findall(r'<li class="sheet-card[^"]*" id="([0-9a-f]{32})"', page)


async def test_what_is_asked_for_is_said_and_the_pages_are_seen(village: Village) -> None:
    async with counter(village) as (_, visitor, _application, papers):
        page = await text_of(visitor, papers)
        assert "照片" in page
        assert "申请书" in page
        assert sheets(page) == []
        status, page = await brings(
            visitor, papers, ("a.jpg", scans.telephone_photo()), ("b.pdf", scans.pdf(2))
        )
        assert status == 303
        first, second = sheets(page)
        shown = await visitor.get(f"{papers}/sheet/{first}/view")
        assert shown.content_type == "image/jpeg"
        assert scans.opened(await shown.read()).size == (300, 400)
        saved = await visitor.get(f"{papers}/sheet/{second}/view")
        assert saved.headers["Content-Disposition"].startswith("attachment")
        assert await saved.read() == scans.pdf(2)


async def test_the_county_gets_what_was_seen(village: Village) -> None:
    async with counter(village) as (station, visitor, application, papers):
        _, page = await brings(visitor, papers, ("a.jpg", scans.picture()))
        (sheet,) = sheets(page)
        seen = await (await visitor.get(f"{papers}/sheet/{sheet}/view")).read()
        check = await text_of(visitor, f"{ITEM}/check/{application}")
        answer = await visitor.post(f"{ITEM}/hand-in/{application}", carried(check))
        assert answer.headers["Location"] == f"/applications/{application}?saved"
        await village.exchange(station)
        sent = village.county.open(village.envelope_of(application))  # type: ignore[arg-type]
        (one,) = sent.attachments
        blob = bytes(village.parent.blobs[one.blob])
        assert (one.material, one.name) == ("photo", "photo-1.jpg")
        assert b"".join(open_chunks(one.key, [blob])) == seen
        gone = await visitor.get(papers)
        assert (gone.status, gone.headers["Location"]) == (303, f"/applications/{application}")


async def test_a_file_that_is_no_page_is_named_and_the_others_are_taken(village: Village) -> None:
    async with counter(village) as (_, visitor, _application, papers):
        status, page = await brings(
            visitor, papers, ("bad.jpg", scans.SVG), ("good.jpg", scans.picture())
        )
        assert status == 200
        assert "<b>bad.jpg</b>" in page
        assert "scan.kind" in page
        assert len(sheets(page)) == 1


async def test_a_file_name_that_is_a_script_is_only_a_name(village: Village) -> None:
    async with counter(village) as (_, visitor, _application, papers):
        _, page = await brings(visitor, papers, (SCRIPT, scans.heic()))
        assert "scan.heic" in page
        assert "<script>alert" not in page


async def test_pages_are_turned_moved_ticked_cropped_and_taken_away(village: Village) -> None:
    async with counter(village) as (_, visitor, _application, papers):
        _, page = await brings(
            visitor, papers, ("a.jpg", scans.picture(300)), ("b.jpg", scans.picture(400))
        )
        first, second = sheets(page)
        assert await does(visitor, papers, second, "up") == 303
        assert sheets(await text_of(visitor, papers)) == [second, first]
        assert await does(visitor, papers, first, "right") == 303
        assert await does(visitor, papers, first, "crop", top="50", left="", right="0") == 303
        shown = await (await visitor.get(f"{papers}/sheet/{first}/view")).read()
        assert scans.opened(shown).size == (300, 150)
        assert 'aria-pressed="true"' not in await text_of(visitor, papers)
        assert await does(visitor, papers, first, "readable") == 303
        assert (await text_of(visitor, papers)).count('aria-pressed="true"') == 1
        assert await does(visitor, papers, first, "remove") == 303
        assert sheets(await text_of(visitor, papers)) == [second]
        for wrong in (
            {"do": "crop", "top": "99", "bottom": "99"},
            {"do": "x"},
            {"do": "crop", "top": "a"},
        ):
            assert await does(visitor, papers, second, **wrong) == 400


async def test_what_is_missing_is_said_until_it_is_there(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        began = (await visitor.get("/items/permit/form")).headers["Location"]
        form = {"token": await visitor.token(began)}
        papers = (await visitor.post(began, form)).headers["Location"]
        assert "还缺 1 样必须附文件的材料" in await text_of(visitor, papers)
        _, page = await brings(visitor, papers, ("a.jpg", scans.picture()), material="plan")
        assert "还缺" not in page
        assert "✓ 有了" in page


async def test_how_long_the_line_takes_is_said_once_it_is_known(village: Village) -> None:
    async with counter(village) as (station, visitor, _application, papers):
        _, page = await brings(visitor, papers, ("a.jpg", scans.photo(1000, 800)))
        assert "本站线路约" not in page
        await station.database.write(lambda tx: tx.run("UPDATE station SET bytes_per_s = 1000.0"))
        assert re.search(r"\d+\.\d KB · 本站线路约 \d+ ", await text_of(visitor, papers))


async def test_nobody_else_s_form_adds_a_page(village: Village) -> None:
    async with counter(village) as (_, visitor, _application, papers):
        for token in ("0" * 88, "", "x" * 300):
            form = FormData()
            form.add_field("token", token)
            form.add_field("file", scans.picture(), filename="a.jpg")
            answer = await visitor.post(f"{papers}/add/photo", form)
            assert "page.stale" in await answer.text()
        late = FormData()
        late.add_field("file", scans.picture(), filename="a.jpg")
        late.add_field("token", await visitor.token(papers))
        assert "page.stale" in await (await visitor.post(f"{papers}/add/photo", late)).text()
        plain = {"token": await visitor.token(papers), "file": "x"}
        assert "page.stale" in await (await visitor.post(f"{papers}/add/photo", plain)).text()
        assert sheets(await text_of(visitor, papers)) == []


async def test_a_login_that_ended_takes_no_file_and_writes_none(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiohttp keeps files of forms in temporary ones: there is no such on this way."""

    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.TemporaryFile", no_file)
    async with counter(village) as (_, visitor, application, papers):
        _, page = await brings(visitor, papers, ("a.jpg", scans.picture()))
        assert len(sheets(page)) == 1
        form = FormData()
        form.add_field("token", await visitor.token(papers))
        form.add_field("file", scans.picture(200), filename="b.jpg")
        cookies, visitor.cookies = visitor.cookies, {}
        answer = await visitor.post(f"{papers}/add/photo", form)
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/login")
        visitor.cookies = cookies
        assert len(sheets(await text_of(visitor, papers))) == 1
        assert "黄秀英" in await text_of(visitor, f"{ITEM}/form/{application}")


async def test_without_a_form_there_are_no_papers(village: Village) -> None:
    async with counter(village) as (station, visitor, _application, papers):
        other = f"/papers/pension/{'a' * 32}"
        answer = await visitor.get(other)
        assert answer.headers["Location"] == f"/items/pension/form/{'a' * 32}"
        assert "intake.material-unknown" in (await brings(visitor, papers, material="zzz"))[1]
        assert await does(visitor, papers, "b" * 32, "remove") == 400
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_a_scan_is_picked_from_the_folder(village: Village) -> None:
    folder = village.data.parent / "scans"
    folder.mkdir()
    (folder / SCRIPT.replace("/", "_")).write_bytes(scans.picture())
    (village.data / "station.toml").write_text(f"scanner_folder = {str(folder)!r}\n", "utf-8")
    async with counter(village) as (_, visitor, _application, papers):
        page = await text_of(visitor, papers)
        assert "扫描仪的文件夹里有 1 个文件" in page
        assert "<script>alert" not in page
        await village.clock.advance(3)
        found = re.search('<option value="([0-9a-f]+)">', page)
        assert found
        form = {"token": await visitor.token(papers), "scan": found[1]}
        assert (await visitor.post(f"{papers}/scan/photo", form)).status == 303
        page = await text_of(visitor, papers)
        assert len(sheets(page)) == 1
        assert "扫描仪的文件夹里没有文件" in page
        form = {"token": await visitor.token(papers), "scan": found[1]}
        assert "scan.growing" in await (await visitor.post(f"{papers}/scan/photo", form)).text()
        folder.rmdir()
        assert "scan.folder" in await text_of(visitor, papers)
