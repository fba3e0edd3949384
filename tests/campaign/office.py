"""The county's office: what it publishes, its backups, and how it comes back after a loss."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from central.county.backup.safety import Finished
from central.county.recovery.restoring import AHEAD
from tests.campaign.judging.truth import Pieces
from tests.campaign.nodes import Server
from tests.campaign.places import Places
from tests.central.county.village import CATALOGUE

if TYPE_CHECKING:
    from tests.campaign.world import World

_TITLE = "样例目录".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One backup: a disk of its own."""

    path: Path
    pieces: Pieces
    finished: Finished
    releases: tuple[int, ...]  # how many each step of the catalogue moved on, up to then


@dataclass(slots=True, kw_only=True)
class Office:
    """What the administrator does, and has in the cupboard."""

    places: Places
    backups: list[Kept] = field(default_factory=list)
    releases: list[int] = field(default_factory=list)  # how far each step moved the catalogue on
    _roster: int = 0  # index of the newest one
    _restores: int = 0
    _needed: int = 0  # backups before this one lack a release that was published since
    _copies: dict[Path, tuple[int, ...]] = field(default_factory=dict)

    async def publish_roster(self, world: "World") -> None:
        """The authority has made another one."""
        if world.registry.is_open:
            world.registry.move_ahead(1)
        self._roster = min(self._roster + 1, len(self.places.rosters) - 1)
        await self.offer_roster(world)

    async def offer_roster(self, world: "World") -> None:
        """As a county does at each start: the authority's newest roster is offered."""
        county, registry = world.county, world.registry
        registry.forget_lost_keys(county.identity)
        roster = registry.roster() if registry.is_open else self.places.rosters[self._roster]
        if roster.version > county.relay.editions.roster.version:
            await county.relay.publish(roster.edition)

    def _note_jump(self, world: "World") -> None:
        """A county that was set back moves its catalogue on by itself."""
        _, held = world.county.relay.editions.versions()
        known = 1 + sum(self.releases)  # the first one was there before
        if held > known:
            self.releases.append(held - known)

    async def publish_release(self, world: "World", *, alone: bool = False) -> None:
        """Another catalogue; and a backup at once, or a loss takes the release with it."""
        self._note_jump(world)
        await self._catalogue_step(world.county, 1)
        if alone:
            return
        await self.back_up(world)
        self._needed = len(self.backups) - 1

    async def back_up(self, world: "World") -> None:
        """A copy of the county, and word to the stations of what is in it."""
        self._note_jump(world)
        county = world.county
        path = world.new_name("backup")
        world.registry.note_backup(path.name, done=False)
        county.copy_to(path)
        world.registry.note_backup(path.name, done=True)
        finished = Finished(
            file=path.name,
            at_ms=county.clock.now_ms(),
            instance=await county.relay.instance(),
            receipts=0,
        )
        self.backups.append(
            Kept(
                path=path,
                pieces=world.kept(county),
                finished=finished,
                releases=tuple(self.releases),
            )
        )
        await county.county.safety.tell(finished, county.relay.store, ())

    def need_newest_backup(self) -> None:
        """Older ones lack the keys that everybody seals for now."""
        self._needed = max(self._needed, len(self.backups) - 1)

    async def restore(self, world: "World", number: int) -> None:
        """The disk of the county is lost, and all backups that are newer than the chosen one."""
        self._note_jump(world)
        usable = self.backups[self._needed :]
        if not usable:
            return
        kept = usable[-1 - number % len(usable)]
        unused = [other.pieces for other in self.backups if other is not kept]
        county = world.county
        with world.losing_disk(county, unused):
            await world.begin_with(county, kept.path, anew=True)
            self.releases[:] = kept.releases
            self._restores += 1  # --ahead: nodes may hold what a county restored before had
            await self._catalogue_step(county, AHEAD * self._restores)
            await county.county.safety.tell_again(kept.finished, ())

    def copied(self, world: "World", path: Path) -> None:
        """Somebody has copied the county's folder, without our tool."""
        self._note_jump(world)
        self._copies[path] = self._state(world)

    def _state(self, world: "World") -> tuple[int, ...]:
        """What a copy must not lack that is put back by hand."""
        return (len(self.backups), world.registry.keys_made, *self.releases)

    async def put_back(self, world: "World", path: Path) -> None:
        """The disk of the county is lost; somebody puts a copy in its place, and says nothing.

        Not one that lacks a release, or what was told SAFE since: that takes our tool.
        """
        self._note_jump(world)
        if self._copies[path] == self._state(world):
            world.numbers.clear()  # until a mark is shown, numbers may come that came before
            await world.lose_disk(world.county, path, anew=False)

    async def begin_empty(self, world: "World") -> None:
        """The disk of the county is lost, and so is every backup."""
        self._note_jump(world)
        county, begin = world.county, self.places.template(world.county.name)
        if world.registry.keys_made:
            begin = self._with_keys(world, begin)
        with world.losing_disk(county, [kept.pieces for kept in self.backups]):
            await world.begin_with(county, begin, anew=True)
            steps, self.releases[:] = list(self.releases), []
            for step in steps:  # stations may have sealed by any of these
                await self._catalogue_step(county, step)

    def _with_keys(self, world: "World", empty: Path) -> Path:
        """An empty county with the keys that lay in the safe, too."""
        path = world.new_name("from-the-safe")
        shutil.copytree(empty, path)
        shutil.copytree(world.county.data / "node", path / "node", dirs_exist_ok=True)
        return path

    def is_in_a_backup(self, piece: bytes) -> bool:
        return any(piece in kept.pieces for kept in self.backups)

    async def _catalogue_step(self, county: Server, by: int) -> None:
        self.releases.append(by)
        if by == 1:
            title = _TITLE + str(sum(self.releases)).encode()
            await county.county.catalogue.publish(CATALOGUE.replace(_TITLE, title))
        else:
            await county.county.catalogue.move_ahead(by)
