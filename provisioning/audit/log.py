"""The audit record on disk. Blocking calls; every append is durable when it returns."""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from protocol.errors import AuditCutError, AuditYoungError, ClockJumpedError
from protocol.ports import Clock
from protocol.trust.audit import AuditHead
from provisioning.audit.entry import FIRST, PURGED, Chain, Entry, entry_hash
from provisioning.store import AuditRow, Store
from runtime.record import Detail

KEPT_DAYS = 184  # half a year, as the law on network security asks of logs
_STEP_DAYS = 31  # a longer silence counts as this: it may be a wrong date that was set right
_DAY_MS = 86_400_000
_PAGE = 1000


class AuditLog:
    """Adds to the record, checks it, and lets go of what is old enough."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        kept_days: Callable[[], int] = lambda: KEPT_DAYS,
        believed: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store, self._clock, self._kept_days = store, clock, kept_days
        self._believed = believed
        self._lock = threading.Lock()

    def add(
        self,
        *,
        actor: str,
        action: str,
        subject: str = "",
        outcome: str = "",
        detail: Detail | None = None,
    ) -> Entry:
        """Note that somebody did something.

        Raises:
            DiskFullError, StoreError: it could not be noted; what was to be done must not be.
        """
        with self._lock, self._store.transaction():
            return self._append(actor, action, subject, outcome, detail or {})

    def entries(self, *, after: int = 0) -> Iterator[str]:
        """The JSON of every entry behind a number, oldest first."""
        while page := self._store.audit_page(after, _PAGE):
            yield from (row.entry for row in page)
            after = page[-1].number

    def newest(self, upto: int, limit: int) -> list[Entry]:
        """The ``limit`` entries up to a number, newest first; 0: up to the last."""
        last = self._store.newest_audit()
        top = min(upto or last.number, last.number) if last else 0
        page = self._store.audit_page(top - limit, limit) if top > 0 else []
        return [Entry.read(row.entry) for row in reversed(page) if row.number <= top]

    def holding(self, upto: int, limit: int, *, named: Mapping[str, Sequence[str]]) -> list[Entry]:
        """The ``limit`` entries up to a number, newest first, in which something is so called.

        Args:
            upto: 0: up to the last.
            limit: at most so many.
            named: by field (actor, subject), what it may be; one of them has to fit.
        """
        last = self._store.newest_audit()
        texts = [_as_stored(name, one) for name, several in named.items() for one in several]
        if last is None or not texts:
            return []
        rows = self._store.audit_holding(upto or last.number, texts, limit)
        every = (Entry.read(row.entry) for row in rows)
        return [
            entry
            for entry in every
            if any(getattr(entry, name) in several for name, several in named.items())
        ]

    def about(self, subjects: Collection[str]) -> list[str]:
        """The JSON of every entry that names one of these as its subject, oldest first."""
        last = self._store.newest_audit()
        upto = last.number if last else 0
        rows = (row for one in subjects for row in self._store.audit_about(one, upto))
        return [row.entry for row in sorted(rows, key=lambda row: row.number)]

    def verify(self) -> Chain:
        """Read all of it.

        Raises:
            AuditBrokenError: something was changed, added or taken out.
        """
        chain = Chain()
        for _ in chain.follow(self.entries()):
            pass
        return chain

    def require(self, head: AuditHead) -> None:
        """Make sure that the record still has what was signed as its end.

        Raises:
            AuditCutError: the end was cut off, or written anew.
        """
        page = self._store.audit_page(head.number - 1, 1)
        if page and page[0].number > head.number:
            return  # it was purged, which the chain itself has to show
        if not page or page[0].hash != head.hash:
            raise AuditCutError(f"名册记下过第 {head.number} 条")

    def purge(self, *, before_ms: int, actor: str) -> int:
        """Let go of entries older than ``before_ms``; how many.

        Raises:
            AuditYoungError: some of them must be kept longer, by their dates or by how long the
                record itself went on after them; none was taken out.
            ClockJumpedError: nobody has confirmed the date.
        """
        if not self._believed():
            raise ClockJumpedError
        now_ms, kept_days = self._clock.now_ms(), self._kept_days()
        if before_ms > now_ms - kept_days * _DAY_MS:
            raise AuditYoungError(f"{kept_days} 天")
        with self._lock, self._store.transaction():
            last = self._store.newest_audit_before(before_ms)
            if last is None:
                return 0
            lived_ms = self._store.audit_lived_ms(last.number, now_ms, _STEP_DAYS * _DAY_MS)
            if lived_ms < kept_days * _DAY_MS:
                raise AuditYoungError(f"{kept_days} 天；日期跳变至多按 {_STEP_DAYS} 天计")
            detail = {"upto": last.number, "hash": last.hash.hex()}
            self._append(actor, PURGED, "", "done", detail)
            return self._store.drop_audit(last.number)

    def _append(self, actor: str, action: str, subject: str, outcome: str, detail: Detail) -> Entry:
        last = self._store.newest_audit()
        entry = Entry(
            number=last.number + 1 if last else 1,
            at_ms=self._clock.now_ms(),
            actor=actor,
            action=action,
            subject=subject,
            outcome=outcome,
            detail=detail,
            previous=last.hash.hex() if last else FIRST,
        )
        text = entry.text()
        row = AuditRow(
            number=entry.number,
            at_ms=entry.at_ms,
            entry=text,
            hash=bytes.fromhex(entry_hash(text)),
        )
        self._store.put_audit(row)
        return entry


def _as_stored(name: str, value: str) -> str:
    """A field as it stands in the JSON of an entry."""
    return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}"
