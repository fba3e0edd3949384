"""Tokens of the API: made, listed, revoked, and judged at each request.

A token is 32 random bytes, shown once; only its digest is kept. It acts as the account of its
name: what that may do with a case is said by its posts, as of any person.

Source: docs/api.md, "Tokens".
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.accounts import account_name
from central.accounts.roles import Right
from central.county.api import queries
from central.county.api.calls import (
    ADD,
    LIST,
    MAX_DAYS,
    REVOKE,
    AddToken,
    RevokeToken,
    TokenMade,
    TokenRight,
    Tokens,
    TokenShown,
)
from central.county.api.models import TokenRow
from central.county.departments.staffing import Staffing
from central.store.engine import Store
from protocol.errors import UsageError
from protocol.errors.api import (
    TokenNeededError,
    TokenOverError,
    TokenRightError,
    TokenTakenError,
    TokenUnknownError,
)
from protocol.ports import Clock, Randomness
from runtime.actor import Actor, Way
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_BYTES, _MINUTE_MS, _DAY_MS = 32, 60_000, 86_400_000
_PREFIX = "yizhan_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whoever shows a token that counts."""

    name: str
    rights: AbstractSet[TokenRight]
    department: str  # code; empty: all

    def require(self, right: TokenRight) -> None:
        """Raise TokenRightError unless the token has ``right``."""
        if right not in self.rights:
            raise TokenRightError(right.value)

    @property
    def actor(self) -> Actor:
        """Who asks, for services and the record."""
        return Actor(name=self.name, way=Way.API, rights=frozenset({Right.CASES, Right.LOOK}))


async def _none_set_up() -> Staffing:
    return Staffing()


class TokenService:
    """The tokens of one county."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        randomness: Randomness,
        record: Record,
        departments: Callable[[], Awaitable[Staffing]] = _none_set_up,
    ) -> None:
        self._store, self._clock, self._departments = store, clock, departments
        self._randomness, self._record = randomness, record

    async def add(self, actor: Actor, wanted: AddToken, _: Report = silent) -> TokenMade:
        """Make a token.

        Raises:
            LoginForbiddenError: the actor may not grant anything.
            UsageError: no name, no right, or too many days.
            TokenTakenError: one of this name counts.
        """
        rights = sorted(set(wanted.rights))
        detail = {"rights": ",".join(rights), "department": wanted.department, "days": wanted.days}
        async with self._record.action(actor, ADD.name, subject=wanted.name, detail=detail):
            actor.require(Right.STAFF)
            name = account_name(wanted.name)
            if not name or not rights or not 1 <= wanted.days <= MAX_DAYS:
                raise UsageError(f"NAME, --rights, --days 1..{MAX_DAYS}")
            if len(wanted.department) > _CODE_CHARS or not wanted.department.isprintable():
                raise UsageError("--department")
            await self._require_known(wanted.department)
            token = _PREFIX + _text(self._randomness.token(_BYTES))
            now_ms = self._clock.now_ms()
            row = TokenRow(
                name=name,
                digest=digest_of(token),
                rights=",".join(rights),
                department=wanted.department,
                made_ms=now_ms,
                until_ms=now_ms + wanted.days * _DAY_MS,
                revoked_ms=None,
                used_ms=None,
            )
            await self._store.transact(lambda session: self._add(session, row))
            return TokenMade(name=name, token=token, until_ms=row.until_ms)

    async def _require_known(self, department: str) -> None:
        """Raise UsageError if departments are set up, and this is none: it would see nothing."""
        known = await self._departments()
        if department and known.departments and known.department(department) is None:
            raise UsageError(f"--department {department}：没有这个部门")

    async def _add(self, session: AsyncSession, row: TokenRow) -> None:
        before = await queries.newest_token(session, row.name)
        if before is not None and _counts(before, row.made_ms):
            raise TokenTakenError(row.name)
        if before is not None:  # one key a moment, whatever the clock says
            row.made_ms = max(row.made_ms, before.made_ms + 1)
        session.add(row)

    async def list(self, actor: Actor, _: Nothing, __: Report = silent) -> Tokens:
        """All tokens. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        rows = await self._store.transact(queries.tokens)
        return Tokens(tokens=[_shown(row) for row in rows])

    async def revoke(self, actor: Actor, wanted: RevokeToken, _: Report = silent) -> TokenShown:
        """Let a token count no more, from the next request on.

        Raises:
            LoginForbiddenError: the actor may not take anything away.
            TokenUnknownError: none of this name counts.
        """

        async def work(session: AsyncSession) -> TokenShown:
            row, now_ms = await queries.newest_token(session, wanted.name), self._clock.now_ms()
            if row is None or row.revoked_ms is not None:
                raise TokenUnknownError(wanted.name[:50])
            row.revoked_ms = now_ms
            return _shown(row)

        async with self._record.action(actor, REVOKE.name, subject=wanted.name):
            actor.require(Right.STAFF)
            return await self._store.transact(work)

    async def holder(self, token: str) -> Holder:
        """Whoever shows this token.

        Raises:
            TokenNeededError: there is no such token.
            TokenOverError: it has expired, or was revoked.
        """
        digest, now_ms = digest_of(token), self._clock.now_ms()

        async def work(session: AsyncSession) -> TokenRow:
            row = await queries.token_of(session, digest)
            if row is None:
                raise TokenNeededError
            if not _counts(row, now_ms):
                raise TokenOverError(row.name)
            if row.used_ms is None or abs(now_ms - row.used_ms) >= _MINUTE_MS:
                row.used_ms = now_ms
            return row

        row = await self._store.transact(work)
        return Holder(name=row.name, rights=_rights(row), department=row.department)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(ADD, self.add), Handler(LIST, self.list), Handler(REVOKE, self.revoke)
        )


_CODE_CHARS = 20


def digest_of(token: str) -> bytes:
    """By which a token is known: it has 256 bits of chance, so that nothing slower is needed."""
    return hashlib.sha256(token.encode()).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _counts(row: TokenRow, now_ms: int) -> bool:
    return row.revoked_ms is None and now_ms < row.until_ms


def _rights(row: TokenRow) -> frozenset[TokenRight]:
    return frozenset(TokenRight(name) for name in row.rights.split(","))


def _shown(row: TokenRow) -> TokenShown:
    return TokenShown(
        name=row.name,
        rights=sorted(_rights(row)),
        department=row.department,
        made_ms=row.made_ms,
        until_ms=row.until_ms,
        revoked_ms=row.revoked_ms,
        used_ms=row.used_ms,
    )
