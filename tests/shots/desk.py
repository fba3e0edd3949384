"""The clerk's desk over a busy station: drafts, papers, a stick, a warning, and what came back."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Page

from protocol.errors import LineError
from protocol.ids import ApplicationId
from protocol.records.followups import Advised, Delivered, Said, Telling, Way
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Nothing
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.sticks.calls import ExportStick
from runtime.sticks.places import Place
from runtime.system import SystemRandomness
from runtime.web.site import Site
from station_agent.answers.calls import RecordTelling, ShowLying
from station_agent.app import Station
from station_agent.batches.calls import SaveCommon
from station_agent.clerks.calls import AddClerk, Forgot, Proof
from station_agent.clerks.unlocking import Opened
from station_agent.desk.clerks.logins import DeskLogins
from station_agent.desk.clerks.team_pages import key_of
from station_agent.desk.keys import Desk
from station_agent.desk.line.alerts import Alerts
from station_agent.desk.line.carried import BothWays
from station_agent.desk.site import desk_site, open_site
from station_agent.desk_port import keep_port
from station_agent.drafts.calls import SaveDraft
from station_agent.followups.calls import SendFollowUp
from station_agent.intake.calls import Submission
from station_agent.papers.hints import wanted_of
from station_agent.papers.pages import NewPage
from station_agent.queueing.calls import ByClerk, OfNumber
from tests.builders.catalogue.full_item import CODE
from tests.builders.clerk import CLERK
from tests.shots.county import LONGZHOU, PASSWORD
from tests.shots.paths import pages_of
from tests.shots.station import CHANGED, busy_station, change_item, example, named_village
from tests.shots.studio import Stage
from tests.station_agent.desk.visitor import FANG, desk_of
from tests.station_agent.desk.writing.samples import written_samples
from tests.station_agent.village import Village

_MEI = "陆秋梅"
_PENSION, _CARE = 0, 6  # examples of applications, by their number
_OPEN = (_PENSION, _CARE, 7, 13, 15)  # drafts
_FAULTY, _BINNED = 3, 18
_BATCHED = 2
_HOUR_MS, _PAPER_BYTES = 3_600_000, 400_000
_LOCKED = "document.body.classList.add('covered'); document.getElementById('cover').hidden = false"


async def fill_desk_login(page: Page, name: str, password: str) -> None:
    """Fill in the form for logging in and send it."""
    await page.get_by_label("姓名").fill(name)
    await page.get_by_label("口令").fill(password)
    await page.get_by_role("button", name="登录").click()


@asynccontextmanager
async def open_desks(folder: Path) -> AsyncIterator[list[Stage]]:
    """The desk of a busy station, and one that nobody has used yet."""
    async with AsyncExitStack() as stack:
        yield [await _busy(stack, folder / "busy"), await _new(stack, folder / "new")]


async def _busy(stack: AsyncExitStack, folder: Path) -> Stage:
    village = named_village(folder / "station")
    station, shown = await busy_station(stack, village)
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=PASSWORD))
    by = Proof(clerk=FANG, password=PASSWORD)
    await station.clerks.add(CLERK, AddClerk(name=_MEI, password=PASSWORD[::-1], by=by))
    opened = await station.unlocking.unlock(by)
    samples = await _samples(village, station, opened, shown)
    await station.forgotten.ask(CLERK, Forgot(clerk=_MEI, password=f"{PASSWORD}-anew"))
    village.clock.jump_wall(ms=_HOUR_MS)  # the battery of the PC's clock is empty
    stick = folder / "YIZHAN-8G"
    stick.mkdir()
    desk = desk_of(village, station, [Place(path=str(stick), free=7 * 10**9, packed=False)])
    site, url = await _opened(stack, village, station, desk)
    samples["number"] = await _works(stack, site, desk, stick)
    return _stage("desk", site, url, samples, [FANG])


async def _new(stack: AsyncExitStack, folder: Path) -> Stage:
    """Before the first clerk, and before the first exchange."""
    village = named_village(folder / "station")
    station = await stack.enter_async_context(village.open(catalogue=False))
    _, url = await _opened(stack, village, station, desk_of(village, station))
    first = (await station.door.desk(CLERK, Nothing())).first or ""
    pages = {"first": first.removeprefix(url), "login": "/login", "forgot": "/forgot"}
    return Stage(name="desk-new", url=url, people=[], pages=pages)


def _stage(
    name: str, site: Site, url: str, samples: dict[str, list[str]], people: list[str]
) -> Stage:
    pages = {"login": "/login", "no-such-page": "/no-such-page", "locked": "/today?locked"}
    nowhere = {"q": "造飞机"}
    pages |= {
        f"{where}-none": f"/{where}?{urlencode(nowhere)}" for where in ("applications", "find")
    }
    pages |= pages_of(site, samples)
    return Stage(
        name=name,
        url=url,
        people=people,
        pages={page: path for page, path in pages.items() if page != "first"},  # has clerks
        fill=fill_desk_login,
        shown={"locked": _LOCKED},
    )


async def _opened(
    stack: AsyncExitStack, village: Village, station: Station, desk: Desk
) -> tuple[Site, str]:
    clock, randomness = village.clock, village.randomness
    alerts = Alerts(service=desk.situation, clock=clock)
    await alerts.look()
    logins = DeskLogins(
        unlocking=station.unlocking,
        clock=clock,
        randomness=randomness,
        idle_s=600,
        command="yizhan-station desk /var/lib/yizhan/station",
    )
    site = desk_site(
        desk,
        node=station.identity.node,
        title=station.identity.name,
        logins=logins,
        alerts=alerts,
        clock=clock,
        randomness=randomness,
    )
    url = await open_site(stack, site, keep_port(village.data, SystemRandomness()))
    station.door.opened(url)
    return site, url


async def _samples(
    village: Village, station: Station, opened: Opened, shown: list[str]
) -> dict[str, list[str]]:
    """What stands in addresses of the desk."""
    drafts = {number: await _draft(village, station, opened, number) for number in _OPEN}
    await _hand_in_typed(village, station, opened)
    faulty = await _draft(village, station, opened, _FAULTY, address="", phone="138000")
    binned = await _draft(village, station, opened, _BINNED)
    await station.drafts.throw_away(CLERK, binned)
    old = await _draft(village, station, opened, 16)
    await change_item(village, station)
    for number in (_PENSION, _CARE):
        await _bring_papers(station, drafts[number], number)
    answered = await _answered(station, opened)
    slips = station.serving().slips
    for _ in range(2):
        await slips.begin_copy(opened, ApplicationId(shown[4]))
    pension = example(_PENSION)["item"]
    forms = [f"/items/{example(at)['item']}/form/{draft}" for at, draft in drafts.items()]
    return {
        "code": [pension, example(_CARE)["item"], CODE, example(13)["item"]],
        "/items/{code}/form": [f"/items/{pension}/form"],
        "/items/{code}/form/{application}": [
            *forms[:3],
            f"/items/{example(_FAULTY)['item']}/form/{faulty}?faults",
            f"/items/{CHANGED}/form/{old}",
            f"/items/{CODE}/form/{'a' * 32}",
        ],
        "/items/{code}/check/{application}": [
            one.replace("/form/", "/check/") for one in forms[:3]
        ],
        "/items/{code}/version/{application}": [f"/items/{CHANGED}/version/{old}"],
        "/items/{code}/copy/{application}": [forms[0].replace("/form/", "/copy/")],
        "/items/{code}/agent/{application}": [forms[0].replace("/form/", "/agent/")],
        "/items/{code}/paper/{application}": [forms[0].replace("/form/", "/paper/")],
        "/items/{code}/start/{application}": [forms[0].replace("/form/", "/start/")],
        "who": [key_of(FANG)],
        "told": [await _advised(station)],
        "/papers/{code}/{filing}": [
            f"/papers/{example(at)['item']}/{drafts[at]}" for at in (_PENSION, _CARE)
        ],
        "application": shown,
        "waiting": [await _market(station)],
        **await _batch(village, station, opened),
        "/applications/{application}/answers/{n}": answered,
        "/applications/{application}/answers/{n}/sheet": [f"{one}/sheet" for one in answered[:1]],
        **await _written(village, station, opened, shown[2]),
        "/applications/{application}/chain:application": [shown[0], shown[4], shown[6]],
        "/applications/{application}/slip/{copy}": [
            f"/applications/{shown[4]}/slip/{copy}?paper={paper}"
            for copy, paper in ((1, "a5"), (2, "a5"), (1, "roll"))
        ],
    }


async def _answered(station: Station, opened: Opened) -> list[str]:
    """Answers that lie here, and one that was handed over."""
    lying = await station.answers.lying(CLERK, ShowLying(clerk=FANG, password=PASSWORD))
    last = lying[-1]
    telling = Telling(what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person=last.applicant or "-")
    wanted = RecordTelling(
        application=last.application, said=Said(subject=telling, clerk=FANG), n=last.n
    )
    await station.answers.record(CLERK, wanted, opened=opened)
    return [f"/applications/{one.application}/answers/{one.n}" for one in lying]


async def _advised(station: Station) -> str:
    """Somebody who left without handing in."""
    told = ApplicationId("a" * 32)
    lacking = ("居民户口簿（户主页和本人页）", "银行账号")
    said = Said(subject=Advised(item=example(_PENSION)["item"], lacking=lacking), clerk=FANG)
    await station.follow_ups.send(CLERK, SendFollowUp(follow_up=told, application="", said=said))
    return told


async def _draft(
    village: Village, station: Station, opened: Opened, number: int, **instead: str
) -> ApplicationId:
    """An application that was typed and not handed in."""
    village.clock.tick(1_300)
    one = example(number)
    wanted = SaveDraft(
        application=ApplicationId(village.randomness.token(16).hex()),
        item=one["item"],
        texts=_texts(one["form"]) | instead,
    )
    await station.drafts.save(CLERK, opened, wanted)
    return wanted.application


async def _written(
    village: Village, station: Station, opened: Opened, application: str
) -> dict[str, list[str]]:
    """Posters, a visit that is begun, and letters: each in the states that it has."""
    found = await written_samples(village, station, opened, application)
    about = f"?application={application}"
    return {
        **{name: [one] for name, one in found.items()},
        "/write/{what}": [
            *(f"/write/{what}{about}" for what in ("placed", "objection", "visit")),
            "/write/letter",
        ],
        "/publicity/{application}": [f"/publicity/{application}"],
        "/publicity/{application}/sheet": [f"/publicity/{application}/sheet"],
    }


async def _market(station: Station) -> str:
    """A crowd in front of the desk; the last number that was given out."""
    queue, by = station.queueing, ByClerk(clerk=FANG)
    taken = [await queue.take(CLERK, by) for _ in range(14)]
    for _ in range(3):
        await queue.call(CLERK, by)
    await queue.skip(CLERK, OfNumber(number=3, clerk=FANG))
    await queue.call(CLERK, by)
    return str(taken[-1].number)


async def _batch(village: Village, station: Station, opened: Opened) -> dict[str, list[str]]:
    """People of one village with one item: some handed in, one wrong, one there twice."""
    one, service = example(_BATCHED), station.gathering().batches
    texts = _texts(one["form"])
    batch, named = village.randomness.token(16).hex(), ("applicant_name", "applicant_id", "phone")
    common = {name: text for name, text in texts.items() if name not in named}
    await service.save_common(
        CLERK, opened, SaveCommon(batch=batch, item=one["item"], texts=common)
    )
    columns = [one.name for one in (await service.find(opened, batch)).columns]
    people = [[texts.get(name, "") for name in columns]]
    people += [[text.replace("1380", "13") for text in people[0]]]
    await service.paste(CLERK, opened, batch, "\n".join("\t".join(row) for row in people))
    await station.gathering().hand_in(CLERK, opened, batch)
    await service.paste(CLERK, opened, batch, "\n".join("\t".join(row) for row in people))
    here = f"/batches/{batch}"
    return {
        "batch": [batch],
        "/batches/{batch}/common/{code}": [f"{here}/common/{one['item']}"],
        "/batches/{batch}/done/{number}": [],
    }


async def _hand_in_typed(village: Village, station: Station, opened: Opened) -> None:
    """Something that the next application of this person can be copied from."""
    one = example(_PENSION)
    moved = {"address": "龙州县金龙镇板送村板送屯5号", "phone": "19900002899"}
    typed = await _draft(village, station, opened, _PENSION, **moved)
    form = json.dumps(one["form"] | moved, ensure_ascii=False)
    await station.intake.submit(Submission(application=typed, item=one["item"], form=form))


def _texts(form: Mapping[str, Any], lead: str = "") -> dict[str, str]:
    """A form as a page sends it."""
    found: dict[str, str] = {}
    for key, value in form.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for at, row in enumerate(value):
                found |= _texts(row, f"{lead}{key}.{at}.")
        elif isinstance(value, dict):
            found |= _texts(value, f"{lead}{key}.")
        else:
            found[f"{lead}{key}"] = str(value)
    return found


async def _bring_papers(station: Station, application: ApplicationId, number: int) -> None:
    papers = station.keeping()
    for material, file in example(number)["attachments"].items():
        wanted = NewPage(
            application=application, material=material, wanted=wanted_of("", _PAPER_BYTES)
        )
        data = (LONGZHOU / "applications" / file).read_bytes()
        await papers.add(wanted, _pieces(data))


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _works(stack: AsyncExitStack, site: Site, desk: Desk, stick: Path) -> list[str]:
    """One stick that is being written, one that is done, and an exchange that failed."""
    hold, actor = asyncio.Event(), Actor.on_page(FANG, frozenset())
    stack.push_async_callback(site.tasks.close)
    stack.callback(hold.set)

    async def going(report: Report) -> None:
        report(Done(3_145_728, 8_211_077))
        await hold.wait()

    async def carried(report: Report = silent) -> BothWays:
        return BothWays(
            came=None, went=await desk.stick.export(actor, ExportStick(folder=stick), report)
        )

    async def failed(_: Report) -> None:
        raise LineError("hub.longzhou.example.cn")

    start = partial(site.tasks.start, FANG, subject=stick.name, in_bytes=True)
    return [
        start("stick", going).number,
        start("stick", carried).number,
        start("exchange", failed).number,
    ]
