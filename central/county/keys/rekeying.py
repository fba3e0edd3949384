"""New opening keys of a county: made and announced, then used; old ones open for ever.

The private keys are on disk before the roster names them. They are used only when a backup or a
sealed file holds them, too: what is sealed for a key that dies with its disk is lost.

Source: docs/operations.md, "New keys of the county"; docs/adr/0023-new-keys-of-the-county.md.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from central.county.keys.calls import KeyState
from central.county.keys.copies import MADE, Overview, name_of, not_heard, require_copy
from protocol.envelope.keyring import Keyring
from protocol.envelope.keys import PublicKeys
from protocol.envelope.suites import SuiteNumber
from protocol.errors import DamagedError, RekeyError, UsageError
from protocol.ports import Randomness
from protocol.trust.roster import RosterEntry
from provisioning.authority import Authority
from runtime.disk.files import disk_errors
from runtime.node.identity import Identity, SealingSeeds, add_pair, sealing_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeying:
    """The three steps of one county."""

    identity: Identity
    authority: Authority
    randomness: Randomness
    overview: Overview  # of the nodes, for who has not heard yet
    changed: Callable[[], Awaitable[None]]  # offers the authority's newest roster
    lock: threading.Lock = field(default_factory=threading.Lock)  # two at once would lose a key

    async def announce(self) -> KeyState:
        """Make the next pair and name it on the roster.

        Raises:
            RekeyError: one is announced already.
        """
        await asyncio.to_thread(self._announce)
        await self.changed()
        return await self.status()

    async def use(self, *, force: bool, stolen: bool) -> KeyState:
        """Let nodes seal for the announced pair from now on.

        Args:
            force: although no copy of it is known.
            stolen: of no use here; refused.

        Raises:
            RekeyError: none is announced.
            RekeyUnsafeError: no copy of it is known.
            UsageError: ``stolen`` was asked for.
        """
        if stolen:
            raise UsageError("开封密钥没有 --stolen：旧钥始终要能打开以前封的申请")
        await asyncio.to_thread(self._use, force=force)
        await self.changed()
        return await self.status()

    async def drop(self, *, anyway: bool) -> KeyState:  # noqa: ARG002 - as the others
        """Refused: old pairs open for ever.

        Raises:
            UsageError: always.
        """
        raise UsageError("旧的开封密钥不能停用：始终要能打开以前封的申请")

    async def status(self) -> KeyState:
        """Keys in use, announced (since when) and old, and how many nodes have not heard."""
        entry = self._entry()
        pairs = await asyncio.to_thread(sealing_pairs, self.identity)
        return KeyState(
            in_use=name_of(entry.keys.xwing) if entry.keys else None,
            announced=name_of(entry.next.xwing) if entry.next else None,
            announced_ms=entry.next.announced_ms if entry.next else None,
            old=_at(pairs, entry),
            not_heard=await self._not_heard(entry),
        )

    def _entry(self) -> RosterEntry:
        return self.authority.roster().county()[1]

    def _announce(self) -> None:
        """A pair that a power cut left unannounced is taken up."""
        with self.lock:
            entry, pairs = self._entry(), sealing_pairs(self.identity)
            if entry.next is not None:
                raise RekeyError("已公布，尚未启用")
            pair = self._pair_behind(_at(pairs, entry), pairs)
            self._open_with(pair)
            public = _public(pair)
            self.authority.audit.add(actor="", action=MADE, subject=name_of(public.xwing))
            self.authority.announce_keys(public)

    def _pair_behind(self, at: int, pairs: Sequence[SealingSeeds]) -> SealingSeeds:
        if at + 1 < len(pairs):
            return pairs[at + 1]
        with disk_errors():
            return add_pair(self.identity, self.randomness)

    def _open_with(self, pair: SealingSeeds) -> None:
        """The running county opens what is sealed for it, at once."""
        for suite, key in pair.opening().items():
            ring = self.identity.keys.opening[suite]
            if not isinstance(ring, Keyring):
                raise TypeError(f"a county's key of {suite.name} can't be joined by another")
            ring.add(key)

    def _use(self, *, force: bool) -> None:
        with self.lock:
            coming = self._entry().next
            if coming is not None and not force:
                require_copy(self.authority, name_of(coming.xwing))
            self.authority.use_announced_keys()

    async def _not_heard(self, entry: RosterEntry) -> int | None:
        """Nodes that may hold no roster with the announced key; None if there is none."""
        return await not_heard(self.overview, entry.next.version if entry.next else None)


def _at(pairs: Sequence[SealingSeeds], entry: RosterEntry) -> int:
    """Where the pair in use stands among all; those before it are old.

    Raises:
        DamagedError: its private half is not on this disk.
    """
    names = [_public(pair).xwing for pair in pairs]
    if entry.keys is None or entry.keys.xwing not in names:
        raise DamagedError("node/keys.bin 缺少正在使用的开封密钥")
    return names.index(entry.keys.xwing)


def _public(pair: SealingSeeds) -> PublicKeys:
    keys = {suite: key.public_bytes() for suite, key in pair.opening().items()}
    return PublicKeys(signing=b"", xwing=keys[SuiteNumber.XWING], x25519=keys[SuiteNumber.X25519])
