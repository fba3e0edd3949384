"""New opening keys of a county: made and announced, then used; old ones open for ever.

The private keys are on disk before the roster names them. They are used only when a backup or a
sealed file holds them, too: what is sealed for a key that dies with its disk is lost.

Source: docs/operations.md, "New keys of the county"; docs/adr/0023-new-keys-of-the-county.md.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.keys.choice import OPENING, SIGNING
from central.county.keys.copies import MADE, Overview, name_of, not_heard, require_copy
from central.county.keys.signing import Signing
from protocol.envelope.keyring import Keyring
from protocol.envelope.keys import PublicKeys
from protocol.envelope.suites import SuiteNumber
from protocol.errors import DamagedError, RekeyError, UsageError
from protocol.ports import Randomness
from protocol.trust.roster import RosterEntry
from provisioning.authority import Authority
from runtime.control.owner import Operation, Report
from runtime.files import disk_errors
from runtime.identity import Identity, SealingSeeds, add_pair, sealing_pairs

ANNOUNCE, USE, STATUS = "county.rekey-announce", "county.rekey-use", "county.rekey-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeying:
    """The three steps of one county."""

    identity: Identity
    authority: Authority
    randomness: Randomness
    overview: Overview  # of the nodes, for who has not heard yet
    changed: Callable[[], Awaitable[None]]  # offers the authority's newest roster
    lock: threading.Lock = field(default_factory=threading.Lock)  # two at once would lose a key

    def operations(self, signing: Signing) -> dict[str, Operation]:
        """The operations by name; ``signing`` does those of the signing key."""

        async def announce(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            if _is_signing(args):
                return await signing.announce()
            await asyncio.to_thread(self._announce)
            await self.changed()
            return await self.status()

        async def use(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            force, stolen = bool(args.get("force")), bool(args.get("stolen"))
            if _is_signing(args):
                return await signing.use(force=force, stolen=stolen)
            if stolen:
                raise UsageError("开封密钥没有 --stolen：旧钥始终要能打开以前封的申请")
            await asyncio.to_thread(self._use, force=force)
            await self.changed()
            return await self.status()

        async def status(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            if _is_signing(args):
                return await signing.status()
            return await self.status()

        return {ANNOUNCE: announce, USE: use, STATUS: status}

    async def status(self) -> dict[str, Any]:
        """Keys in use, announced (since when) and old, and how many nodes have not heard."""
        entry = self._entry()
        pairs = await asyncio.to_thread(sealing_pairs, self.identity)
        return {
            "in_use": name_of(entry.keys.xwing) if entry.keys else None,
            "announced": name_of(entry.next.xwing) if entry.next else None,
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
                require_copy(self.authority, coming.xwing)
            self.authority.use_announced_keys()

    async def _not_heard(self, entry: RosterEntry) -> int | None:
        """Nodes that may hold no roster with the announced key; None if there is none."""
        return await not_heard(self.overview, entry.next.version if entry.next else None)


def _is_signing(args: Mapping[str, Any]) -> bool:
    """Which key is meant.

    Raises:
        UsageError: none that can be replaced so.
    """
    which = args.get("key") or OPENING
    if which not in (OPENING, SIGNING):
        raise UsageError(f"{str(which)[:20]!r}：只能是 {OPENING} 或 {SIGNING}")
    return bool(which == SIGNING)


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
