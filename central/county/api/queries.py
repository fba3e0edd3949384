"""Queries on tokens and kept answers. None of them commits."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.api.models import AnswerRow, TokenRow
from central.store.insert import insert_new


async def tokens(session: AsyncSession) -> Sequence[TokenRow]:
    """All tokens by name, the newest of each first."""
    query = select(TokenRow).order_by(TokenRow.name, TokenRow.made_ms.desc())
    return (await session.scalars(query)).all()


async def token_of(session: AsyncSession, digest: bytes) -> TokenRow | None:
    """The token with this digest."""
    return await session.scalar(select(TokenRow).where(TokenRow.digest == digest))


async def newest_token(session: AsyncSession, name: str) -> TokenRow | None:
    """The newest token of a name."""
    query = select(TokenRow).where(TokenRow.name == name).order_by(TokenRow.made_ms.desc())
    return await session.scalar(query.limit(1))


async def reserve(session: AsyncSession, token: str, key: str, asked: bytes, now_ms: int) -> bool:
    """Begin with a key; False if it was begun before."""
    written = insert_new(session, AnswerRow).returning(AnswerRow.key)
    values = {"token": token, "key": key, "asked": asked, "at_ms": now_ms, "answer": ""}
    return await session.scalar(written, values) is not None


async def reserved(session: AsyncSession, token: str, key: str) -> AnswerRow | None:
    """What was begun with a key."""
    return await session.get(AnswerRow, (token, key))


async def keep_answer(session: AsyncSession, token: str, key: str, answer: str) -> None:
    """Write what was answered."""
    mine = (AnswerRow.token == token, AnswerRow.key == key)
    await session.execute(update(AnswerRow).where(*mine).values(answer=answer))


async def release(session: AsyncSession, token: str, key: str) -> None:
    """Nothing was done: the key can be used again."""
    mine = (AnswerRow.token == token, AnswerRow.key == key)
    await session.execute(delete(AnswerRow).where(*mine))


async def forget_before(session: AsyncSession, before_ms: int) -> None:
    """Drop the answers of older requests."""
    await session.execute(delete(AnswerRow).where(AnswerRow.at_ms < before_ms))
