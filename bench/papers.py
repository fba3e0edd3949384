"""A photo of 12 megapixels taken in at the desk: how long, and what the agent's memory does.

Ten photos are sent as a browser sends them, over HTTP to a running agent; each takes from its first
byte to the answer that it is on disk, sealed. The process that looks at a page is not counted in
the agent's memory: it ends with the page.
"""

import io
import re
import statistics
import time
from dataclasses import dataclass

from aiohttp import ClientSession, CookieJar, FormData, web
from PIL import Image

from bench.process import cpu_with_children_s, peak_rss_mb, rss_mb
from bench.report import Row, Say
from bench.township import Township, open_township, until
from bench.workplace import working_folder
from protocol.errors.desk import DeskClosedError

_PHOTOS = 10
_WIDTH, _HEIGHT = 4000, 3000
_DESK_S = 30.0  # until it is open
_MAX_S, _MAX_PEAK_MB, _MAX_GROWN_MB = 2.0, 110.0, 5.0
_ITEM = "451423-001"
_WORD = "山歌好比春江水啊"


async def measure(say: Say) -> list[Row]:
    """Take in ten photos, and compare the memory after the first and after the last."""
    photos = [_photo(number) for number in range(_PHOTOS)]
    with working_folder() as folder:
        say("opening a county and a hub")
        async with open_township(folder) as town:
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
                desk = await _desk(town, session)
                papers, material = await desk.begin()
                spent, memory = [], []
                before_s = cpu_with_children_s(town.station)
                for number, photo in enumerate(photos, start=1):
                    say(f"photo {number} of {_PHOTOS}")
                    spent.append(await desk.bring(papers, material, photo))
                    memory.append(rss_mb(town.station))
            worked_s = (cpu_with_children_s(town.station) - before_s) / _PHOTOS
            peak = peak_rss_mb(town.station)
    note = f"{len(photos[0]) / 1e6:.1f} MB each"
    return [
        Row(
            name="papers: a photo of 12 megapixels taken in",
            ours=statistics.median(spent),
            unit="s",
            limit=_MAX_S,
            note=note,
        ),
        Row(name="papers: the same, processor time", ours=worked_s, unit="s"),
        Row(
            name="papers: memory of the agent, the last of ten over the first",
            ours=memory[-1] - memory[0],
            unit="MB",
            limit=_MAX_GROWN_MB,
        ),
        Row(name="papers: memory of the agent, peak", ours=peak, unit="MB", limit=_MAX_PEAK_MB),
    ]


def _photo(number: int) -> bytes:
    """Noise over noise, as no telephone's photo is worse to pack; each another one."""
    small = Image.effect_noise((_WIDTH // 3, _HEIGHT // 3), 40 + number)
    made = io.BytesIO()
    small.resize((_WIDTH, _HEIGHT)).convert("RGB").save(made, "JPEG", quality=92)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class _Browser:
    url: str
    session: ClientSession

    async def begin(self) -> tuple[str, str]:
        """A form that is begun: the address of its papers, and one of its materials."""
        async with self.session.get(f"{self.url}/items/{_ITEM}/form") as answer:
            application = answer.url.name  # whether it leads to the form or asks something first
            page = await answer.text()
        form = f"{self.url}/items/{_ITEM}/form/{application}"
        async with self.session.post(form, data={"token": _token(page)}) as answer:
            answer.raise_for_status()
        papers = f"{self.url}/papers/{_ITEM}/{application}"
        return papers, _found(r"/add/([^\"]+)\"", await self._text(papers))

    async def bring(self, papers: str, material: str, photo: bytes) -> float:
        """Seconds until one more page is there."""
        form = FormData()
        form.add_field("token", _token(await self._text(papers)))
        form.add_field("file", photo, filename="photo.jpg", content_type="image/jpeg")
        address, started = f"{papers}/add/{material}", time.perf_counter()
        async with self.session.post(address, data=form, allow_redirects=False) as answer:
            spent = time.perf_counter() - started
            if answer.status != web.HTTPSeeOther.status_code:
                raise RuntimeError(f"not taken in: {answer.status}")
        return spent

    async def _text(self, address: str) -> str:
        async with self.session.get(address) as answer:
            return await answer.text()


async def _desk(town: Township, session: ClientSession) -> _Browser:
    """The first clerk at her desk."""

    async def is_open() -> bool:
        try:
            return bool((await town.ask_station("desk")).get("url"))
        except DeskClosedError:  # it opens a moment after the agent is ready
            return False

    await until(is_open, within_s=_DESK_S, every_s=0.2)
    found = await town.ask_station("desk")
    async with session.get(found["first"]) as answer:
        page = await answer.text()
    form = dict.fromkeys(re.findall(r'name="([a-z]+)"', page), "")
    first = _found(r'name="first" value="([^"]+)"', page)
    form |= {"token": _token(page), "first": first, "name": "韦小芳"}
    form |= {"password": _WORD, "again": _WORD}
    async with session.post(f"{found['url']}/first", data=form) as answer:
        answer.raise_for_status()
    return _Browser(found["url"], session)


def _token(page: str) -> str:
    return _found(r'name="token" value="([0-9a-f]+)"', page)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"no {pattern} on the page")
    return match[1]
