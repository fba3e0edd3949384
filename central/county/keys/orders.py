"""The steps by which a key of the county is replaced, the same for each of them.

Source: docs/operations.md, "New keys of the county".
"""

from collections.abc import Mapping
from typing import Protocol

from central.county.keys.calls import (
    ANNOUNCE,
    DROP,
    KEY_STATUS,
    USE,
    DropKey,
    Key,
    KeyState,
    OfKey,
    UseKey,
)
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class Succession(Protocol):
    """How one kind of key is replaced. Each step answers with what :meth:`status` says."""

    async def announce(self) -> KeyState:
        """Make the next key and name it on the roster; raises RekeyError if one is named."""
        ...

    async def use(self, *, force: bool, stolen: bool) -> KeyState:
        """Put it in the place of the present one; raises RekeyError, RekeyUnsafeError."""
        ...

    async def drop(self, *, anyway: bool) -> KeyState:
        """Let those before it count no more; raises RekeyError, RekeyWaitingError, UsageError."""
        ...

    async def status(self) -> KeyState:
        """What is in use, announced and old, and whom it concerns."""
        ...


class KeyOrders:
    """The keys of one county. Each step raises LoginForbiddenError without Right.KEYS."""

    def __init__(self, keys: Mapping[Key, Succession], record: Record) -> None:
        self._keys, self._record = keys, record

    async def announce(self, actor: Actor, wanted: OfKey, _: Report = silent) -> KeyState:
        """Make the next key and name it on the roster.

        Raises:
            RekeyError: one is named.
        """
        async with self._record.action(actor, ANNOUNCE.name, subject=wanted.key.value):
            actor.require(Right.KEYS)
            return await self._keys[wanted.key].announce()

    async def use(self, actor: Actor, wanted: UseKey, _: Report = silent) -> KeyState:
        """Put it in the place of the present one.

        Raises:
            RekeyError, RekeyUnsafeError: none is named, or no copy holds it.
        """
        detail, key = {"force": wanted.force, "stolen": wanted.stolen}, wanted.key
        async with self._record.action(actor, USE.name, subject=key.value, detail=detail):
            actor.require(Right.KEYS)
            return await self._keys[key].use(force=wanted.force, stolen=wanted.stolen)

    async def drop(self, actor: Actor, wanted: DropKey, _: Report = silent) -> KeyState:
        """Let those before it count no more.

        Raises:
            RekeyError, RekeyWaitingError, UsageError: there is none, or nodes need it, or it is
                of a kind that ends by itself.
        """
        detail, key = {"anyway": wanted.anyway}, wanted.key
        async with self._record.action(actor, DROP.name, subject=key.value, detail=detail):
            actor.require(Right.KEYS)
            return await self._keys[key].drop(anyway=wanted.anyway)

    async def status(self, actor: Actor, wanted: OfKey, _: Report = silent) -> KeyState:
        """What is in use, announced and old, and whom it concerns."""
        actor.require(Right.KEYS)
        return await self._keys[wanted.key].status()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ANNOUNCE, self.announce),
            Handler(USE, self.use),
            Handler(DROP, self.drop),
            Handler(KEY_STATUS, self.status),
        )
