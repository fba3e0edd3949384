"""Real processes: another TLS authority while a village is away and a kit lies in a drawer.

Then a thief comes with the old authority's key, and with a certificate that it had issued.
"""

import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from examples.sandbox import CommandError, Program
from protocol.errors import LineError
from protocol.ids import NodeId
from protocol.trust.certificate import (
    certificate_der,
    certificate_pem,
    is_issued_by,
    key_pem,
    tls_request,
)
from protocol.trust.roster import Role
from provisioning.x509 import read_tls_authority
from runtime.line.catching_up import ask_for_roster
from runtime.line.http import CONTENT_TYPE, EXCHANGE_PATH
from runtime.line.tls import client_context
from runtime.node.identity import load_identity
from runtime.system import SystemClock, SystemRandomness
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


async def rekey(township: Township, verb: str, *more: str) -> dict[str, Any]:
    text = await township.sandbox.run(
        "yizhan-county", "rekey", verb, township.county.data, "--key", "tls", "--json", *more
    )
    state: dict[str, Any] = json.loads(text)
    return state


def certificate(program: Program) -> bytes:
    return certificate_der(load_identity(program.data).certificate)


def in_use(township: Township) -> bytes:
    """The certificate of the authority that has issued the county's own."""
    folder = township.county.data / "authority"
    own = certificate(township.county)
    return next(
        der for path in folder.glob("ca*.der") if is_issued_by(own, der := path.read_bytes())
    )


async def take(township: Township, program: Program) -> None:
    """Start it anew until it has a certificate of the authority in use, and once more with it."""

    async def has_one() -> bool:
        await township.sandbox.stop(program)
        await township.sandbox.start(program)
        return is_issued_by(certificate(program), in_use(township))

    await until(has_one, every_s=1)
    await township.sandbox.stop(program)
    await township.sandbox.start(program)


def copied(folder: Path, to: Path, *names: str) -> list[Path]:
    to.mkdir(parents=True)
    for name in names:
        (to / name).write_bytes((folder / name).read_bytes())
    return [to / name for name in names]


def forged(stolen: list[Path], node: str, folder: Path) -> list[Path]:
    """A thief's certificate in the name of ``node``, for a key of his."""
    key, certificate = (path.read_bytes() for path in stolen)
    own = b"t" * 32
    issued = read_tls_authority(key, certificate).issue(
        tls_request(NodeId(node), own), NodeId(node), Role.STATION, "", SystemRandomness()
    )
    files = [folder / "thief.pem", folder / "thief.key"]
    for path, data in zip(files, (certificate_pem(issued), key_pem(own)), strict=True):
        path.write_bytes(data)
    return files


async def is_let_in(url: str, authority: bytes, files: list[Path]) -> bool:
    """Whether the handshake of whoever shows these ends well; the roster judges after that."""
    context = client_context((authority,), *files)
    connector = aiohttp.TCPConnector(ssl=context)
    try:
        async with aiohttp.ClientSession(connector=connector) as session:
            headers = {"Content-Type": CONTENT_TYPE}
            async with session.post(url + EXCHANGE_PATH, data=b"", headers=headers) as answer:
                return answer.status in (200, 403)
    except (aiohttp.ClientError, ssl.SSLError):
        return False


@dataclass(kw_only=True)
class Story:
    """A township whose third village is a kit in a drawer, and what a thief has copied of it."""

    township: Township
    folder: Path
    code: str = ""  # of the kit
    waiting: str = ""  # handed in by the village that is away
    backup: str = ""  # made between announcement and use
    thief: list[Path] = field(default_factory=list)  # a certificate that he has made, and its key
    old: list[Path] = field(default_factory=list)  # one that a village really had

    async def begin(self) -> None:
        box, county = self.township.sandbox, self.township.county
        here, away = self.township.stations
        added = json.loads(await box.run(
            "yizhan-provision", "add", county.data, "--role", "station", "--code", "451423103209",
            "--name", "抽屉村站", "--parent", self.township.hub.node,
            "--kit", self.folder / "drawer.kit",
        ))  # fmt: skip
        self.code = added["code"]
        await box.stop(away)
        self.waiting = await self.township.submit(away, 2)
        theft = copied(county.data / "authority", self.folder / "theft", "ca.key", "ca.der")
        self.thief = forged(theft, here.node, self.folder)
        self.old = copied(here.data / "node", self.folder / "old", "tls.pem", "tls.key")

    async def use(self, *more: str) -> dict[str, Any]:
        announced = await rekey(self.township, "announce")
        assert (announced["old"], announced["not_over"]) == (0, None)
        box, county = self.township.sandbox, self.township.county
        made = await box.run(
            "yizhan-county", "backup", county.data, self.folder / "backup", "--json"
        )
        self.backup = json.loads(made)["file"]
        used = await rekey(self.township, "use", *more)
        assert used["in_use"] == announced["announced"]
        assert is_issued_by(certificate(county), in_use(self.township))
        return used

    async def drawer_opens(self) -> Program:
        box = self.township.sandbox
        drawer = Program(name="drawer", command="yizhan-station", data=box.folder / "drawer")
        box.programs["drawer"] = drawer
        kit = self.folder / "drawer.kit"
        await box.run("yizhan-station", "join", kit, "--data", drawer.data, "--code", self.code)
        await box.start(drawer)
        return drawer

    async def everybody_delivers(self) -> None:
        """The village that stayed, the one that was away, and the one that is new."""
        township, (here, away) = self.township, self.township.stations
        await township.sandbox.start(away)
        await township.reaches(away, self.waiting, "complete")
        drawer = await self.drawer_opens()
        for number, station in enumerate((here, drawer, away), start=3):
            application = await township.submit(station, number)
            await township.reaches(station, application, "complete")
        after = in_use(township)
        for program in (township.hub, away, drawer):
            assert is_issued_by(certificate(program), after)

    async def disk_is_lost(self) -> None:
        """The county goes on from the backup: with the certificate that it had before."""
        box, county = self.township.sandbox, self.township.county
        await box.stop(county)
        recovery = county.data.with_name("county.recovery")
        county.data = county.data.with_name("restored")
        await box.run("yizhan-county", "restore", self.backup, county.data, "--recovery", recovery)
        await box.start(county)

    async def no_thief_gets_in(self) -> None:
        after, urls = in_use(self.township), (self.township.county.url, self.township.hub.url)
        for url in urls:
            for files in (self.thief, self.old):
                assert not await is_let_in(url, after, files)
        context = client_context((after,), *self.old)
        with pytest.raises(LineError):
            await ask_for_roster(urls[0], 1, context=context, clock=SystemClock())


@pytest.fixture
async def story(township: Township, tmp_path: Path) -> Story:
    await township.open(stations=2)
    story = Story(township=township, folder=tmp_path)
    await story.begin()
    return story


async def test_after_a_theft_the_old_one_opens_no_door_and_everybody_comes_over(
    story: Story,
) -> None:
    used = await story.use("--stolen")
    assert used["old"] == 0
    assert not (story.township.county.data / "authority" / "ca.key").exists()
    await story.everybody_delivers()
    await story.no_thief_gets_in()


@pytest.mark.slow
async def test_in_peace_everybody_has_another_before_the_old_one_goes(story: Story) -> None:
    township, before = story.township, story.township.county.data / "authority" / "ca.key"
    assert (await story.use())["old"] == 1
    after = in_use(township)
    assert await is_let_in(township.county.url, after, story.thief)  # and is refused in words
    with pytest.raises(CommandError, match=r"rekey\.waiting"):
        await rekey(township, "drop")
    await take(township, township.stations[0])
    await until(lambda: only_one_is_left(township), every_s=3)
    assert before.exists()
    await rekey(township, "drop", "--anyway")
    assert not before.exists()
    await story.everybody_delivers()
    await story.no_thief_gets_in()

    announced = (await rekey(township, "status"))["in_use"]
    await story.disk_is_lost()
    state = await rekey(township, "status")
    assert (state["announced"], state["old"]) == (announced, 0)
    here, away = township.stations  # the third one has joined after the backup
    for number, station in enumerate((here, away), start=6):
        application = await township.submit(station, number)
        await township.reaches(station, application, "complete")
    await rekey(township, "use", "--force")
    assert in_use(township) == after
    last = await township.submit(here, 9)
    await township.reaches(here, last, "complete")
    for program in (township.hub, here, away):
        assert is_issued_by(certificate(program), after)  # none went back, none changed again


async def only_one_is_left(township: Township) -> bool:
    """Whether all but the village that is away have said that they are over.

    A hub passes on what its stations say of themselves every ten minutes, and when it starts.
    """
    await township.sandbox.stop(township.hub)
    await township.sandbox.start(township.hub)
    return bool((await rekey(township, "status"))["not_over"] == 1)
