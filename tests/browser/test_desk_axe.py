"""axe finds nothing on any page of the desk, in both languages; a new page is tried by itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page

from protocol.ids import ApplicationId
from protocol.records.followups import Advised, Said
from station_agent.app import Station
from station_agent.batches.calls import SaveCommon
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.clerks.unlocking import Opened
from station_agent.desk.clerks.team_pages import key_of
from station_agent.followups.calls import SendFollowUp
from station_agent.queueing.calls import ByClerk
from tests.browser.axe import in_words
from tests.browser.console import MARKS
from tests.builders.clerk import CLERK
from tests.station_agent.desk.addresses import pages
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.desk.writing.samples import written_samples
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]

NO_PAGES = (  # one leads on, two are files, one says nothing
    "/language/{language}",
    "/applications/{application}/answers/{n}/files/{position}",
    "/slips/page",
    "/own-words/{word}/typing",
)
MORE = ("/no-such-page", "/applications?q=nobody", "/items/pension/form/{application}?faults")


def addresses(samples: Mapping[str, str]) -> Iterator[str]:
    """Every page by the desk's own tables of routes."""
    yield from (path.format(**samples) for path in pages() if path not in NO_PAGES)
    yield from (path.format(**samples) for path in MORE)


async def sample(village: Village, station: Station) -> dict[str, str]:
    """An application with a slip, a notice and a result, which stand in addresses."""
    application = await station.intake.submit(village.submission("黄秀英"))
    await village.exchange(station)
    decision, blobs = village.county.decision(
        bytes.fromhex(application), note="请来取证", file=b"a"
    )
    village.parent.send(decision, blobs)
    await village.exchange(station)
    await station.intake.submit(village.submission("陆大山"))
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
    opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
    await station.serving().slips.begin_copy(opened, application)
    await station.queueing.take(CLERK, ByClerk())
    told = ApplicationId("a" * 32)
    said = Said(subject=Advised(item="pension", lacking=("居民户口簿",)), clerk=FANG)
    await station.follow_ups.send(CLERK, SendFollowUp(follow_up=told, application="", said=said))
    return {
        **await written_samples(village, station, opened, application),
        "code": "pension",
        "application": application,
        "copy": "1",
        "number": "0" * 24,
        "waiting": "1",
        "n": "1",
        "position": "0",
        "word": "0" * 48,
        "batch": await batch_of(station, opened),
        "told": told,
        "who": key_of(FANG),
    }


async def batch_of(station: Station, opened: Opened) -> str:
    """A batch with a row that is handed in, one that can be, and a wrong one."""
    service, batch = station.gathering().batches, "b" * 32
    await service.save_common(CLERK, opened, SaveCommon(batch=batch, item="pension", texts={}))
    await service.paste(CLERK, opened, batch, "韦三")
    await station.gathering().hand_in(CLERK, opened, batch)
    await service.paste(CLERK, opened, batch, f"农四\n{'x' * 2001}")
    return batch


@pytest.mark.timeout(600)
async def test_no_page_of_the_desk_has_a_fault(page: Page, tmp_path: Path) -> None:
    village = Village(tmp_path / "station")
    async with village.open() as station, open_visitor(village, station) as visitor:
        samples = await sample(village, station)
        faults: dict[str, list[str]] = {}
        await page.goto(f"{visitor.url}/login")
        faults["/login"] = await in_words(page)
        await page.get_by_label("姓名").fill(FANG)
        await page.get_by_label("口令").fill(WORD)
        await page.get_by_role("button", name="登录").click()
        await page.goto(f"{visitor.url}/items/pension/form")
        draft = page.url.rpartition("/")[2].partition("?")[0]
        papers = {"filing": draft, "sheet": "0" * 32}
        for language in ("zh", "en"):
            for path in sorted(set(addresses({**papers, **samples}))):
                for which in {path, path.replace(samples["application"], draft)}:
                    await page.goto(f"{visitor.url}/language/{language}?back=/today")
                    answer = await page.goto(visitor.url + which)
                    if answer is not None and "html" in answer.headers.get("content-type", ""):
                        faults[f"{language} {which}"] = await in_words(page)
        await page.goto(f"{visitor.url}/applications/{samples['application']}")
        await page.get_by_role("button", name="Lock, and turn the screen").click()
        faults["turned"] = await in_words(page)
        await page.get_by_role("button", name="Fair").click()
        faults["rated"] = await in_words(page)
        await page.get_by_role("link", name="The clerk comes back here").click()
        await page.get_by_label("Name").fill(FANG)
        await page.get_by_label("Password").fill(WORD)
        await page.get_by_role("button", name="Log in").click()
        await page.goto(f"{visitor.url}/write/letter")
        await page.get_by_role("button", name="Lock, and let them write").click()
        faults["own words"] = await in_words(page)
        assert len(faults) > 100
        assert {where: found for where, found in faults.items() if found} == {}
