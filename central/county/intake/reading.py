"""Reading: from a sealed envelope to an application that fits the catalogue it names."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.applicants import Applicant, applicant_of
from central.county.ports.relay import Releases
from central.store.engine import Store
from protocol.casework.events.wire import read_events
from protocol.catalogue.changes.planned import NEVER, in_force
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.items.application import check_application
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import read_item
from protocol.envelope.blob import sealed_size
from protocol.envelope.envelope import Envelope, read_envelope
from protocol.envelope.office_payloads import OfficeEvents
from protocol.envelope.payloads import (
    Application,
    Asked,
    Attachment,
    FollowUp,
    read_payload,
)
from protocol.envelope.suites import OpeningKey, SuiteNumber, suite_number
from protocol.errors import (
    AttachmentTooLargeError,
    FormInvalidError,
    ItemUnknownError,
    MalformedError,
    MaterialUnknownError,
    NeedsNewerError,
    UnexpectedError,
    UnopenableError,
    YizhanError,
)
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_NAME_CHARS
from protocol.records.followups import check_follow_up
from protocol.trust.edition import Kind
from protocol.trust.rules import Rules

T = TypeVar("T")

_FEW = 2  # envelopes: half a millisecond
_KEPT_ITEMS = 512  # parsed items: 80 KB each with the compiled schema, and 1 ms to make again
_KEPT_RELEASES = 4
_LAST_DAY = "9999-12-31"
_MAX_RELEASE = 2**31 - 1  # as the column of its number

log = logging.getLogger(__name__)

Named = tuple[int, str, str]
"""A release, an item of it, and the latest day of what was planned in it and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An envelope and what is in it, or why that can't be taken."""

    envelope: Envelope
    content: Application | None = None
    follow_up: FollowUp | None = None
    asked: Asked | None = None  # between programs: no application
    error: YizhanError | None = None
    unchecked: bool = False  # its release is lost, and it does not fit the newest: people decide
    applicant: Applicant = field(default_factory=Applicant)  # as far as the form tells

    @property
    def brought(self) -> bytes | None:
        """Id of the application or follow-up in it."""
        if self.follow_up is not None:
            return self.follow_up.follow_up
        return self.content.application if self.content else None


@dataclass(frozen=True, slots=True)
class _Found:
    """An item to check against; None if there is no such one."""

    item: Item | None
    lost: bool = False  # the release that was named is not kept; this is of the newest


async def _work(few: bool, work: Callable[[], T]) -> T:  # noqa: FBT001
    """In a thread, unless it is so little that the way there costs more."""
    return work() if few else await asyncio.to_thread(work)


class Reader:
    """Opens and checks envelopes; the work of the processor is done in a thread."""

    def __init__(
        self,
        *,
        store: Store,
        releases: Releases,
        opening: Mapping[SuiteNumber, OpeningKey],
        rules: Callable[[], Rules],
    ) -> None:
        self._store, self._releases, self._opening = store, releases, opening
        self._rules = rules
        self._items: OrderedDict[Named, Item | None] = OrderedDict()
        self._entries: OrderedDict[int, Mapping[str, bytes]] = OrderedDict()

    async def read(self, envelopes: Sequence[Envelope]) -> Sequence[Reading]:
        """Every envelope with its content or its fault, in their order.

        Not to be called inside a transaction: it may begin one, to look up a release.
        """
        self._note_suites(envelopes)
        few = len(envelopes) <= _FEW
        opened = await _work(few, lambda: [self._open(envelope) for envelope in envelopes])
        named = {_named(one.content) for one in opened if one.content}
        found = {name: _Found(self._items[name]) for name in named & self._items.keys()}
        if missing := named - found.keys():
            found |= await self._store.transact(lambda session: self._look_up(session, missing))
        return await _work(few, lambda: [_checked(one, found) for one in opened])

    def application(self, wire: bytes) -> Application | None:
        """What an envelope says, whatever is wrong with it; None if it opens to no application."""
        return self._open(read_envelope(wire)).content

    async def item(self, session: AsyncSession, release: int, item: str) -> Item | None:
        """The item that an application names; of the newest release if that one is not kept."""
        for day in (NEVER, _LAST_DAY):  # an item that is only planned has a name, too
            if found := (await self._find(session, (release, item, day))).item:
                return found
        return None

    def _note_suites(self, envelopes: Sequence[Envelope]) -> None:
        """Log what is sealed as the rules no longer allow. It is taken: it was sealed before."""
        rules = self._rules()
        for envelope in envelopes:
            if not rules.allows(envelope.header.suite):
                log.warning(
                    "sealed with a suite that is not allowed",
                    extra={
                        "event": "intake.suite",
                        "from": envelope.origin,
                        "envelope": envelope.id.hex(),
                        "suite": envelope.header.suite,
                    },
                )

    async def _look_up(
        self, session: AsyncSession, names: Collection[Named]
    ) -> dict[Named, _Found]:
        return {name: await self._find(session, name) for name in names}

    def _open(self, envelope: Envelope) -> Reading:
        try:
            payload = self._payload(envelope)
            if isinstance(payload, OfficeEvents):
                _require_known(payload)
            if isinstance(payload, Asked):
                return Reading(envelope=envelope, asked=payload)
            if isinstance(payload, FollowUp):
                _check_follow_up(envelope, payload)
                return Reading(envelope=envelope, follow_up=payload)
            return Reading(envelope=envelope, content=payload)
        except YizhanError as exc:
            return Reading(envelope=envelope, error=exc)

    def _payload(self, envelope: Envelope) -> Application | FollowUp | Asked:
        key = self._opening.get(suite_number(envelope.header.suite))
        if key is None:
            raise UnopenableError(f"no key of suite {envelope.header.suite}")
        payload = read_payload(envelope.open(key))
        if not isinstance(payload, Application | FollowUp | Asked):
            raise UnexpectedError(f"a {type(payload).__name__.lower()} from below")
        return payload

    async def _find(self, session: AsyncSession, name: Named) -> _Found:
        """The item in the release that is named; if that is not kept, in the newest.

        A county that was restored or set back lacks releases that were published after its
        copy. The sender must not suffer for our loss.
        """
        if await self._fetch(session, name[0]):
            return _Found(await self._item(name))
        newest = await self._releases.current(Kind.RELEASE)
        if newest is None or not await self._fetch(session, newest.version):
            return _Found(None, lost=True)
        return _Found(await self._item((newest.version, *name[1:])), lost=True)

    async def _item(self, name: Named) -> Item | None:
        """The item, or None if its release, which is at hand, has no such one."""
        if name not in self._items:
            try:
                entries = self._entries[name[0]]
                self._items[name] = await asyncio.to_thread(_read, entries, name)
            except (ItemUnknownError, NeedsNewerError):
                self._items[name] = None
            while len(self._items) > _KEPT_ITEMS:
                self._items.popitem(last=False)
        return self._items.get(name)

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


def _require_known(said: OfficeEvents) -> None:
    """Raise NeedsNewerError where a newer program has to read what an office did.

    What is no event at all ends the turn of the office, where that is looked at.
    """
    try:
        read_events(said.events)
    except NeedsNewerError:
        raise
    except MalformedError:
        return


def _named(content: Application) -> Named:
    return content.release, content.item, content.since


def _read(entries: Mapping[str, bytes], name: Named) -> Item:
    return read_item(entries if name[2] == NEVER else in_force(entries, name[2]), name[1])


def _checked(one: Reading, items: Mapping[Named, _Found]) -> Reading:
    content = one.content
    if content is None:
        return one
    found = items[_named(content)]
    try:
        form = _check_plainly(one.envelope, content)
        named = replace(one, applicant=applicant_of(found.item, form, content.taken))
        try:
            _check(content, form, found.item)
        except YizhanError:
            if not found.lost:
                raise
            return replace(named, unchecked=True)
    except YizhanError as exc:
        return Reading(envelope=one.envelope, error=exc)
    return named


def _check_plainly(envelope: Envelope, content: Application) -> dict[str, Any]:
    """What holds under every release; the form as it was read."""
    if content.release > _MAX_RELEASE:
        raise ItemUnknownError(f"release {content.release}")
    if not content.item.isprintable():
        raise ItemUnknownError(repr(content.item[:60]))
    form = read_form(content.form.encode())
    _check_files(envelope, content.attachments)
    return form


def _check_follow_up(envelope: Envelope, content: FollowUp) -> None:
    materials = [file.material for file in content.attachments]
    check_follow_up(content.said, of_application=bool(content.application), materials=materials)
    _check_files(envelope, content.attachments)


def _check_files(envelope: Envelope, files: Sequence[Attachment]) -> None:
    """Check what holds of files whatever they belong to."""
    for file in files:
        if len(file.material) > MAX_NAME_CHARS or not file.material.isprintable():
            raise MaterialUnknownError(repr(file.material[:60]))
    if sum(file.size for file in files) > MAX_APPLICATION_FILES_BYTES:
        raise AttachmentTooLargeError(f"together over {MAX_APPLICATION_FILES_BYTES} bytes")
    announced = {(blob, size) for blob, size in envelope.header.blobs}
    named = {(file.blob, sealed_size(file.size)) for file in files}
    if announced != named:
        raise MalformedError("header and content name different blobs")


def _check(content: Application, form: dict[str, Any], item: Item | None) -> None:
    if item is None:
        raise ItemUnknownError(f"{content.item[:60]!r} in release {content.release}")
    try:
        attached = [file.material for file in content.attachments]
        check_application(item, form, attached, content.taken)
    except YizhanError:
        raise
    except Exception as exc:  # another library's; one form must not hold up all the others
        raise FormInvalidError(f"can't be checked: {type(exc).__name__}") from exc
    for file in content.attachments:
        material = item.material(file.material)
        if material is not None and file.size > material.max_bytes:
            raise AttachmentTooLargeError(f"{file.name}: at most {material.max_bytes} bytes")
