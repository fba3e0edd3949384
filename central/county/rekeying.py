"""New opening keys of a county: made and announced, then used; old ones open for ever.

The private keys are on disk before the roster names them. They are used only when a backup or a
sealed file holds them, too: what is sealed for a key that dies with its disk is lost.

Source: docs/operations.md, "New keys of the county"; docs/adr/0023-new-keys-of-the-county.md.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.nodes.view import NodeView
from protocol.errors import DamagedError, RekeyError, RekeyUnsafeError
from protocol.keyring import Keyring
from protocol.keys import PublicKeys, key_name
from protocol.ports import Randomness
from protocol.roster import RosterEntry
from protocol.suites import SuiteNumber
from provisioning.audit.entry import Entry
from provisioning.audit.operations import BEGUN, DONE
from provisioning.authority import Authority
from provisioning.escrow.operations import EXPORT_KEYS
from runtime.control.owner import Operation, Report
from runtime.files import disk_errors
from runtime.identity import Identity, SealingSeeds, add_pair, sealing_pairs

ANNOUNCE, USE, STATUS = "county.rekey-announce", "county.rekey-use", "county.rekey-status"
BACKUP = "county.backup"
MADE = "county.key-made"  # in the audit record, once the key is on disk and before it is named
_PAGE = 500  # entries of the audit record looked at together

Overview = Callable[[], Awaitable[Sequence[NodeView]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeying:
    """The three steps of one county."""

    identity: Identity
    authority: Authority
    randomness: Randomness
    overview: Overview  # of the nodes, for who has not heard yet
    changed: Callable[[], Awaitable[None]]  # offers the authority's newest roster
    lock: threading.Lock = field(default_factory=threading.Lock)  # two at once would lose a key

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""

        async def announce(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
            await asyncio.to_thread(self._announce)
            await self.changed()
            return await self.status()

        async def use(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            await asyncio.to_thread(self._use, force=bool(args.get("force")))
            await self.changed()
            return await self.status()

        async def status(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
            return await self.status()

        return {ANNOUNCE: announce, USE: use, STATUS: status}

    async def status(self) -> dict[str, Any]:
        """Keys in use, announced (since when) and old, and how many nodes have not heard."""
        entry = self._entry()
        pairs = await asyncio.to_thread(sealing_pairs, self.identity)
        return {
            "in_use": _name(entry.keys.xwing) if entry.keys else None,
            "announced": _name(entry.next.xwing) if entry.next else None,
            "announced_ms": entry.next.announced_ms if entry.next else None,
            "old": _at(pairs, entry),
            "not_heard": await self._not_heard(entry),
        }

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
            self.authority.audit.add(actor="", action=MADE, subject=_name(public.xwing))
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
            if coming is not None and not force and not self._is_safe(_name(coming.xwing)):
                raise RekeyUnsafeError
            self.authority.use_announced_keys()

    def _is_safe(self, name: str) -> bool:
        """Whether a copy was begun after the key was on disk, and finished.

        One that was begun before may have read the keys without it.
        """
        done = set[tuple[str, str]]()
        for entry in self._record():
            copy = entry.action, entry.subject
            if copy == (MADE, name):
                return False
            if entry.action in (BACKUP, EXPORT_KEYS) and entry.outcome == DONE:
                done.add(copy)
            elif entry.outcome == BEGUN and copy in done:
                return True
        return False

    def _record(self) -> Iterator[Entry]:
        """The audit record, newest first."""
        upto = 0
        while page := self.authority.audit.newest(upto, _PAGE):
            yield from page
            upto = page[-1].number - 1
            if upto < 1:
                return

    async def _not_heard(self, entry: RosterEntry) -> int | None:
        """Nodes that may hold no roster with the announced key; None if there is none."""
        if entry.next is None:
            return None
        views = [view for view in await self.overview() if view.should_speak]
        return sum((view.roster or 0) < entry.next.version for view in views)


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


def _name(public: bytes) -> str:
    return key_name(public).hex()
