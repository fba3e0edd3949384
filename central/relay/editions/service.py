"""Roster and catalogue as this node holds them, and the changes that bring a child up to date."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.changes_cache import ChangesCache
from central.relay.store.models import EditionRow
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.envelope.envelope import Lane
from protocol.errors import DamagedError, PeerError
from protocol.exchange.editions import Trust
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import INLINE_BYTES, EditionNews
from protocol.ports import Clock
from protocol.trust.edition import Edition, Kind, whole
from protocol.trust.release import stored_release
from protocol.trust.roster import Roster, read_roster, verified_roster

log = logging.getLogger(__name__)

Guard = Callable[[AsyncSession], Awaitable[None]]

_KEPT_VERSIONS = 20  # a child that is further behind gets the whole edition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Whether a release counts by these keys of the county: a signature is slow to check."""

    proof: bytes
    keys: tuple[bytes, ...]
    counts: bool


class Editions:
    """The newest roster and release, in memory and in the store."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        root: bytes,
        keep_all: bool,
        changed: Callable[[], None],
        guard: Guard,
    ) -> None:
        """``guard`` is asked, in its transaction, before an edition is stored."""
        self._store, self._clock, self._root = store, clock, root
        self._keep_all, self._changed, self._guard = keep_all, changed, guard
        self._believed: Trust | None = None  # before they are loaded
        self._release: Edition | None = None
        self._judged: _Judged | None = None  # of the release, when it was last looked at
        self._ask_whole: set[Kind] = set()
        self._changes = ChangesCache()

    async def load(self, first_roster: Roster) -> None:
        """Read what the store holds; ``first_roster`` came with the identity.

        A hub passes over a release that is spoilt: its parent gives it again.

        Raises:
            DamagedError: the newest roster, or the newest release of a county, is not what was
                signed.
        """
        self._believed = Trust(root=self._root, roster=first_roster)
        rows = await self._store.transact(self._newest)
        for row in rows:
            if row.kind == Kind.ROSTER.value and row.version > first_roster.version:
                await self._load_roster(row)
        for row in rows:
            if row.kind == Kind.RELEASE.value:
                self._release = await self._sound_release(row)

    async def follow(self) -> None:
        """Adopt what another process of this node has published.

        Raises:
            DamagedError: it is not what was signed.
        """
        held = dict(zip((Kind.ROSTER.value, Kind.RELEASE.value), self.held(), strict=True))
        newest = select(EditionRow.kind, func.max(EditionRow.version)).group_by(EditionRow.kind)

        async def work(session: AsyncSession) -> list[EditionRow]:
            found = [(kind, version) for kind, version in await session.execute(newest)]
            newer = [pair for pair in found if pair[1] > held[pair[0]]]
            rows = [await session.get(EditionRow, pair) for pair in sorted(newer, reverse=True)]
            return [row for row in rows if row is not None]

        for row in await self._store.transact(work):  # the roster first: it names who signs
            self.adopt(await asyncio.to_thread(self._read, row))

    async def _sound_release(self, row: EditionRow) -> Edition | None:
        try:
            return self._read(row)
        except DamagedError:
            if self._keep_all:
                raise
        fields = {"event": "release.spoilt", "version": row.version}
        log.warning("the release in the database is not what was signed", extra=fields)
        releases = delete(EditionRow).where(EditionRow.kind == Kind.RELEASE.value)
        await self._store.transact(lambda session: session.execute(releases))
        return None

    async def _load_roster(self, newest: EditionRow) -> None:
        """Obey the newest roster, or the newest that this program understands."""
        self._believed = self._trust.with_roster(self._read(newest))
        if self.newer_roster is not None:
            known = (self.roster, *await self.kept_rosters())
            in_force = max(known, key=lambda roster: roster.version)
            self._believed = replace(self._trust, roster=in_force)

    @property
    def _trust(self) -> Trust:
        if self._believed is None:
            raise RuntimeError("editions are not loaded")
        return self._believed

    @property
    def roster(self) -> Roster:
        """The newest roster that this program understands: the one in force."""
        return self._trust.roster

    @property
    def newer_roster(self) -> Edition | None:
        """A later one, held until a newer program understands it."""
        return self._trust.newer

    @property
    def release(self) -> Edition | None:
        """The newest catalogue release; None before the first."""
        return self._release

    def versions(self) -> tuple[int, int]:
        """Numbers of the roster and release in force; 0 for none."""
        release = self._counted_release()
        return self.roster.version, release.version if release else 0

    def held(self) -> tuple[int, int]:
        """The same of what is held; a roster may be held for a newer program."""
        return self._trust.held_roster.version, self.versions()[1]

    async def current(self, kind: Kind) -> Edition | None:
        """The newest edition of a kind, for whoever has none: it need not be understood here."""
        return self._trust.held_roster if kind is Kind.ROSTER else self._release

    async def version(self, session: AsyncSession, kind: Kind, number: int) -> Edition | None:
        """An edition that is still kept; a county keeps every release.

        Raises:
            DamagedError: it is not what was signed.
        """
        newest = await self.current(kind)
        if newest is not None and newest.version == number:
            return newest
        row = await session.get(EditionRow, (kind.value, number))
        return self._read(row) if row else None

    async def numbers(self, session: AsyncSession, kind: Kind) -> Sequence[int]:
        """The numbers of all editions of a kind that are kept, newest first."""
        query = select(EditionRow.version).where(EditionRow.kind == kind.value)
        return (await session.scalars(query.order_by(EditionRow.version.desc()))).all()

    async def kept_rosters(self) -> list[Roster]:
        """Rosters that are still kept, oldest first; rows that are none are passed over."""
        query = select(EditionRow.proof, EditionRow.body).where(
            EditionRow.kind == Kind.ROSTER.value
        )

        async def work(session: AsyncSession) -> list[tuple[bytes, bytes]]:
            found = await session.execute(query.order_by(EditionRow.version))
            return [(proof, body) for proof, body in found]

        rows = await self._store.transact(work)
        return await asyncio.to_thread(self._readable, rows)

    def _readable(self, rows: list[tuple[bytes, bytes]]) -> list[Roster]:
        rosters = list[Roster]()
        for proof, body in rows:
            with suppress(PeerError):
                rosters.append(read_roster(self._root, proof, body))
        return rosters

    async def publish(self, session: AsyncSession, edition: Edition) -> None:
        """Store a newer edition; :meth:`adopt` it after the commit.

        Raises what its guard does: nothing is stored then.
        """
        await self._guard(session)
        kind = edition.head.kind
        await session.execute(
            insert_new(session, EditionRow).values(
                kind=kind.value,
                version=edition.version,
                proof=edition.proof,
                body=whole(edition.entries),
                stored_ms=self._clock.now_ms(),
            )
        )
        if kind is Kind.RELEASE and not self._keep_all:  # a higher one was of a key that is no more
            await session.execute(
                delete(EditionRow).where(
                    EditionRow.kind == kind.value, EditionRow.version > edition.version
                )
            )
        if not (self._keep_all and kind is Kind.RELEASE):
            await session.execute(
                delete(EditionRow).where(
                    EditionRow.kind == kind.value,
                    EditionRow.version <= edition.version - _KEPT_VERSIONS,
                    EditionRow.version != self._in_force(kind),
                )
            )

    def _in_force(self, kind: Kind) -> int:
        """A roster in force is kept, however many came that this program does not understand."""
        return self.roster.version if kind is Kind.ROSTER and self.newer_roster else 0

    def adopt(self, edition: Edition) -> None:
        """Use an edition that is committed, and tell everybody who waits."""
        if edition.head.kind is Kind.RELEASE:
            held = self._counted_release()
            if held is None or edition.version > held.version:
                self._release = edition
        elif edition.version > self._trust.held_roster.version:
            self._believed = self._trust.with_roster(edition)
            if self.newer_roster is not None:
                fields = {"event": "roster.needs-newer", "version": edition.version}
                log.warning("a roster needs a newer program", extra=fields)
        self._changed()

    def announce(self, news: EditionNews, announced: dict[bytes, EditionNews]) -> None:
        """Wait for the body of ``news``, in place of another of its kind.

        Raises:
            PeerError: the county has not signed it.
        """
        self._trust.announced(news)
        for blob in [blob for blob, one in announced.items() if one.kind is news.kind]:
            del announced[blob]
        announced[news.blob] = news

    def check(self, news: EditionNews, body: bytes) -> Edition:
        """Verify news. If the county signed it and it does not fit what we hold, ask for the whole.

        Raises:
            PeerError: not newer, or not what was signed.
        """
        try:
            edition = self._trust.taken(news, body, self._counted_release()).edition
        except PeerError:
            if self.is_news(news) and self._trust.asks_whole(news):
                self._ask_whole.add(news.kind)
            raise
        self._ask_whole.discard(news.kind)
        return edition

    def is_news(self, news: EditionNews) -> bool:
        """Whether it claims a later version than the one held."""
        roster, release = self.held()
        return news.version > (roster if news.kind is Kind.ROSTER else release)

    def trusted(self) -> tuple[int, int]:
        """Versions to start changes from; 0 where the last changes did not fit."""
        roster, release = self.held()
        return (
            0 if Kind.ROSTER in self._ask_whole else roster,
            0 if Kind.RELEASE in self._ask_whole else release,
        )

    def _counted_release(self) -> Edition | None:
        """The release held, unless the key that signed it counts no more."""
        release = self._release
        if release is None:
            return None
        proof, keys = release.proof, self.roster.county_keys
        judged = self._judged
        if judged is None or (judged.proof, judged.keys) != (proof, keys):
            judged = _Judged(proof=proof, keys=keys, counts=self._trust.counts(proof))
            self._judged = judged
        return release if judged.counts else None

    async def news(self, session: AsyncSession, kind: Kind, held: int) -> EditionNews | None:
        """What brings a child that holds version ``held`` up to date; None if it is."""
        newest = await self.current(kind)
        if newest is None or newest.version <= held:
            return None
        body, base = await self._body(session, newest, held)
        small = len(body) <= INLINE_BYTES
        return EditionNews(
            kind=kind,
            version=newest.version,
            base=base,
            proof=newest.proof,
            body=body if small else b"",
            blob=b"" if small else hashlib.sha256(body).digest(),
            size=0 if small else len(body),
        )

    async def body(self, session: AsyncSession, news: EditionNews) -> bytes | None:
        """The changes that ``news`` announced as a blob."""
        newest = await self.current(news.kind)
        if newest is None or newest.version != news.version:
            return None
        return (await self._body(session, newest, news.base))[0]

    async def _body(self, session: AsyncSession, newest: Edition, held: int) -> tuple[bytes, int]:
        base: Edition | None = None
        with suppress(DamagedError):  # then the child gets the whole
            base = await self.version(session, newest.head.kind, held) if held else None
        return await self._changes.between(base, newest), base.version if base else 0

    def _read(self, row: EditionRow) -> Edition:
        try:
            if row.kind == Kind.ROSTER.value:
                return verified_roster(self._root, row.proof, row.body)
            return stored_release(row.proof, row.body)
        except PeerError as exc:
            words = f"the {row.kind} {row.version} in the database is not what was signed"
            raise DamagedError(words) from exc

    @staticmethod
    async def _newest(session: AsyncSession) -> list[EditionRow]:
        newest = select(EditionRow.kind, func.max(EditionRow.version)).group_by(EditionRow.kind)
        found = [(kind, version) for kind, version in await session.execute(newest)]
        rows = [await session.get(EditionRow, pair) for pair in found]
        return [row for row in rows if row is not None]


def waiting_of(news: EditionNews, position: int) -> list[Waiting]:
    """What is to be sent of ``news``: itself, and its changes if they come as parts."""
    key = f"{news.kind.value}/{news.version}".encode()
    size = len(news.body) or 1
    one = Waiting(key=key, lane=Lane.CATALOGUE, origin="", size=size, position=position)
    if not news.blob:
        return [one]
    return [one, replace(one, key=news.blob, size=news.size, position=position + 1, parts=True)]
