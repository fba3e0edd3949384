"""New keys of the county come one at a time, and count only when a copy outside holds them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from central.county.backup.archive import unpack_archive
from central.county.backup.safety import Safety
from central.county.backup.sealed import Opener, opened
from protocol.codec import pack, unpack
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber
from protocol.errors import DamagedError, RekeyUnsafeError
from protocol.trust.roster import Roster
from provisioning.authority import Authority
from provisioning.escrow.recovery import beside, read_recovery
from runtime.cli.command import silent
from runtime.control.owner import Owner, call
from runtime.disk.files import write_private
from runtime.node.identity import Secrets, add_pair, sealing_pairs
from runtime.system import SystemRandomness
from tests.system.keys.renewing import Place


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def do(place: Place, name: str, **args: Any) -> Any:
    return await place.county.operations[name](args, silent)


def announced(place: Place) -> bytes:
    """The X-Wing key that the roster names as the next."""
    coming = place.county.authority.roster().county()[1].next
    assert coming is not None
    return coming.xwing


def in_archive(file: str, folder: Path) -> set[bytes]:
    """Public X-Wing keys of a backup of the county in ``folder``."""
    key = read_recovery(beside(folder / "county").read_bytes())
    plain_folder = folder / "unpacked"
    plain_folder.mkdir()
    with opened(Path(file), Opener(keys=[key])) as plain:
        unpack_archive(plain, plain_folder, lambda _: None)
    secrets = unpack((plain_folder / "node" / "keys.bin").read_bytes(), Secrets)
    return {public(pair.xwing) for pair in secrets.pairs}


def on_disk(place: Place) -> list[bytes]:
    return [public(pair.xwing) for pair in sealing_pairs(place.county.relay.identity)]


def public(seed: bytes) -> bytes:
    return SoftwareOpeningKey(SuiteNumber.XWING, seed).public_bytes()


async def test_two_who_announce_at_once_lose_no_key(place: Place, tmp_path: Path) -> None:
    data = tmp_path / "county"
    owner = await Owner(data).lock()
    await owner.serve(place.county.operations)
    try:
        for made in range(1, 6):
            calls = (call(data, "county.rekey-announce", {}, silent) for _ in range(3))
            answers = await asyncio.gather(*calls, return_exceptions=True)
            assert sum(isinstance(answer, dict) for answer in answers) == 1
            assert on_disk(place)[made:] == [announced(place)]
            await do(place, "county.rekey-use", force=True)
    finally:
        await owner.close()


async def test_a_backup_from_before_does_not_count_though_the_announcement_was_cut_short(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await do(place, "county.backup", to=str(tmp_path / "backup"))
    monkeypatch.setattr(Authority, "announce_keys", cut_short(Authority.announce_keys))
    with pytest.raises(PowerCutError):
        await do(place, "county.rekey-announce")
    assert announced(place) in on_disk(place)
    with pytest.raises(RekeyUnsafeError):
        await do(place, "county.rekey-use")
    made = await do(place, "county.backup", to=str(tmp_path / "backup"))
    assert announced(place) in in_archive(made["file"], tmp_path)
    await do(place, "county.rekey-use")


async def test_a_backup_that_read_the_keys_before_does_not_count(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = Safety.tell

    async def late(self: Safety, *args: Any) -> int:
        await do(place, "county.rekey-announce")
        return await tell(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Safety, "tell", late)
        made = await do(place, "county.backup", to=str(tmp_path / "backup"))
    assert announced(place) not in in_archive(made["file"], tmp_path)
    with pytest.raises(RekeyUnsafeError):
        await do(place, "county.rekey-use")


async def test_a_backup_that_failed_does_not_count(place: Place, tmp_path: Path) -> None:
    await do(place, "county.rekey-announce")
    with pytest.raises(Exception, match="county"):
        await do(place, "county.backup", to=str(tmp_path / "county" / "inside"))
    with pytest.raises(RekeyUnsafeError):
        await do(place, "county.rekey-use")


async def test_a_county_without_the_key_in_use_says_so(place: Place) -> None:
    await do(place, "county.rekey-announce")
    await do(place, "county.rekey-use", force=True)
    path = place.folder / "county" / "node" / "keys.bin"
    secrets = unpack(path.read_bytes(), Secrets)
    write_private(path, pack(Secrets(**{name: getattr(secrets, name) for name in FIRST})))
    for verb in ("status", "announce"):
        async with asyncio.timeout(20):
            with pytest.raises(DamagedError):
                await do(place, f"county.rekey-{verb}")


async def test_a_key_that_a_power_cut_left_unannounced_is_not_an_old_one(place: Place) -> None:
    add_pair(place.county.relay.identity, SystemRandomness())
    assert (await do(place, "county.rekey-status"))["old"] == 0
    await do(place, "county.rekey-announce")
    assert on_disk(place)[1:] == [announced(place)]


FIRST = ("signing", "xwing", "x25519", "tls")


class PowerCutError(Exception):
    """Nothing is written any more."""


def cut_short(step: Callable[..., Roster]) -> Callable[..., Roster]:
    """``step`` is done, and nothing after it."""

    def cut(*args: Any) -> Roster:
        step(*args)
        raise PowerCutError

    return cut
