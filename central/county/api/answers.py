"""A request with an idempotency key is done once, however often it is sent.

The key is reserved before anything is done, and gets its answer after. A request that is sent
again gets that answer; while there is none (the first one runs, or the program ended in between)
nobody can say whether it was done, so that the second is refused and its sender looks at the case.

Source: docs/api.md, "Sent again".
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.api import queries
from central.county.api.models import MAX_KEY_CHARS
from central.store.engine import Store
from protocol.errors import StoreError, YizhanError
from protocol.errors.api import AskedWrongError, KeyUnsureError, KeyUsedError
from protocol.ports import Clock

KEPT_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Of one county."""

    store: Store
    clock: Clock

    async def once(
        self, token: str, key: str, asked: bytes, work: Callable[[], Awaitable[Any]]
    ) -> Any:  # noqa: ANN401 - JSON
        """The answer of ``work``, which is done once for a key.

        Args:
            asked: address and body of the request.

        Raises:
            AskedWrongError: the key is too long, or holds what nobody can print.
            KeyUsedError: it was used for another request.
            KeyUnsureError: the other one is not finished, or was cut off.
        """
        if not key:
            return await work()
        if len(key) > MAX_KEY_CHARS or not key.isprintable():
            raise AskedWrongError("Idempotency-Key")
        digest = hashlib.sha256(asked).digest()
        before = await self.store.transact(lambda s: self._begin(s, token, key, digest))
        if before is not None:
            return json.loads(before)
        try:
            answer = await work()
        except YizhanError as exc:
            if not isinstance(exc, StoreError):  # refused: nothing was done
                await self.store.transact(lambda s: queries.release(s, token, key))
            raise
        text = json.dumps(answer, ensure_ascii=False)
        await self.store.transact(lambda s: queries.keep_answer(s, token, key, text))
        return answer

    async def _begin(
        self, session: AsyncSession, token: str, key: str, digest: bytes
    ) -> str | None:
        now_ms = self.clock.now_ms()
        await queries.forget_before(session, now_ms - KEPT_MS)
        if await queries.reserve(session, token, key, digest, now_ms):
            return None
        before = await queries.reserved(session, token, key)
        if before is None or (not before.answer and before.asked == digest):
            raise KeyUnsureError(key)
        if before.asked != digest:
            raise KeyUsedError(key)
        return before.answer
