"""Reading: from a sealed envelope to an application that fits the catalogue it names."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports import Releases
from central.store.engine import Store
from protocol.blob import sealed_size
from protocol.catalogue import Item, read_item
from protocol.edition import Kind
from protocol.envelope import Envelope
from protocol.errors import (
    AttachmentTooLargeError,
    FormInvalidError,
    ItemUnknownError,
    MalformedError,
    MaterialMissingError,
    MaterialUnknownError,
    UnexpectedError,
    UnopenableError,
    YizhanError,
)
from protocol.forms import read_form
from protocol.limits import MAX_APPLICATION_FILES_BYTES
from protocol.payloads import Application, Inquiry, Notices, Renewal, read_payload
from protocol.suites import OpeningKey, SuiteNumber, suite_number

_KEPT_ITEMS = 512  # parsed items: 80 KB each with the compiled schema, and 1 ms to make again
_KEPT_RELEASES = 4
_MAX_RELEASE = 2**31 - 1  # as the column of its number

Named = tuple[int, str]
"""An item of a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An envelope and what is in it, or why that can't be taken."""

    envelope: Envelope
    content: Application | None = None
    asked: Inquiry | Renewal | Notices | None = None  # between programs: no application
    error: YizhanError | None = None


class Reader:
    """Opens and checks envelopes; the work of the processor is done in a thread."""

    def __init__(
        self, *, store: Store, releases: Releases, opening: Mapping[SuiteNumber, OpeningKey]
    ) -> None:
        self._store, self._releases, self._opening = store, releases, opening
        self._items: OrderedDict[Named, Item | None] = OrderedDict()
        self._entries: OrderedDict[int, Mapping[str, bytes]] = OrderedDict()

    async def read(self, envelopes: Sequence[Envelope]) -> Sequence[Reading]:
        """Every envelope with its content or its fault, in their order.

        Not to be called inside a transaction: it may begin one, to look up a release.
        """
        opened = await asyncio.to_thread(lambda: [self._open(envelope) for envelope in envelopes])
        named = {(one.content.release, one.content.item) for one in opened if one.content}
        items = {name: self._items.get(name) for name in named}
        if missing := named - self._items.keys():
            items |= await self._store.transact(lambda session: self._look_up(session, missing))
        return await asyncio.to_thread(lambda: [_checked(one, items) for one in opened])

    async def _look_up(
        self, session: AsyncSession, names: Collection[Named]
    ) -> dict[Named, Item | None]:
        return {name: await self._item(session, name) for name in names}

    def _open(self, envelope: Envelope) -> Reading:
        try:
            payload = self._payload(envelope)
            if isinstance(payload, Inquiry | Renewal | Notices):
                return Reading(envelope=envelope, asked=payload)
            return Reading(envelope=envelope, content=payload)
        except YizhanError as exc:
            return Reading(envelope=envelope, error=exc)

    def _payload(self, envelope: Envelope) -> Application | Inquiry | Renewal | Notices:
        key = self._opening.get(suite_number(envelope.header.suite))
        if key is None:
            raise UnopenableError(f"no key of suite {envelope.header.suite}")
        payload = read_payload(envelope.open(key))
        if not isinstance(payload, Application | Inquiry | Renewal | Notices):
            raise UnexpectedError(f"a {type(payload).__name__.lower()} from below")
        return payload

    async def _item(self, session: AsyncSession, name: Named) -> Item | None:
        """The item, or None if no such release or item was ever published."""
        if name not in self._items:
            number = await self._kept(session, name[0])
            if number is None:
                return None  # not kept: the release may come yet
            name = (number, name[1])
        if name not in self._items:
            try:
                entries = self._entries[name[0]]
                self._items[name] = await asyncio.to_thread(read_item, entries, name[1])
            except ItemUnknownError:
                self._items[name] = None
            while len(self._items) > _KEPT_ITEMS:
                self._items.popitem(last=False)
        return self._items.get(name)

    async def _kept(self, session: AsyncSession, number: int) -> int | None:
        """The release to check against, its entries at hand; None if there never was such a one.

        A restored county lacks releases that were published after its backup. What was filled in
        under one of them is checked against the newest: its sender must not suffer for our loss.
        """
        if await self._fetch(session, number):
            return number
        newest = await self._releases.current(Kind.RELEASE)
        if newest is None or newest.version < number:
            return None
        return newest.version if await self._fetch(session, newest.version) else None

    async def _fetch(self, session: AsyncSession, number: int) -> bool:
        """Whether there is such a release; its entries are at hand then."""
        if number > _MAX_RELEASE:
            return False
        if number not in self._entries:
            edition = await self._releases.version(session, Kind.RELEASE, number)
            if edition is None:
                return False
            self._entries[number] = edition.entries
            while len(self._entries) > _KEPT_RELEASES:
                self._entries.popitem(last=False)
        return True


def _checked(one: Reading, items: Mapping[Named, Item | None]) -> Reading:
    if one.content is None:
        return one
    try:
        _check(one.envelope, one.content, items[one.content.release, one.content.item])
    except YizhanError as exc:
        return Reading(envelope=one.envelope, error=exc)
    return one


def _check(envelope: Envelope, content: Application, item: Item | None) -> None:
    if item is None:
        raise ItemUnknownError(f"{content.item[:60]!r} in release {content.release}")
    form = read_form(content.form.encode())
    try:
        item.schema.check(form)
    except YizhanError:
        raise
    except Exception as exc:  # another library's; one form must not hold up all the others
        raise FormInvalidError(f"can't be checked: {type(exc).__name__}") from exc
    _check_files(content, item)
    announced = {(blob, size) for blob, size in envelope.header.blobs}
    named = {(file.blob, sealed_size(file.size)) for file in content.attachments}
    if announced != named:
        raise MalformedError("header and application name different blobs")


def _check_files(content: Application, item: Item) -> None:
    files = content.attachments
    for file in files:
        material = item.material(file.material)
        if material is None or material.id != file.material:
            raise MaterialUnknownError(repr(file.material[:60]))
        if file.size > material.max_bytes:
            raise AttachmentTooLargeError(f"{file.name}: at most {material.max_bytes} bytes")
    if sum(file.size for file in files) > MAX_APPLICATION_FILES_BYTES:
        raise AttachmentTooLargeError(f"together over {MAX_APPLICATION_FILES_BYTES} bytes")
    present = {file.material for file in files}
    if missing := [m.id for m in item.materials if m.must_attach and m.id not in present]:
        raise MaterialMissingError(", ".join(missing))
