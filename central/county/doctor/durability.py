"""Whether PostgreSQL keeps what it acknowledged, after a power cut and after a failover."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.doctor.finding import Found

_SAID = text(
    "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
    " current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication)"
)
_NOT_WAITING = frozenset({"local", "remote_write"})  # for the standby's disk


async def durability(session: AsyncSession) -> list[Found]:
    """What its settings would lose; nothing of SQLite's, which are ours."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    fsync, commit, names, standbys = (await session.execute(_SAID)).one()
    if "off" in (fsync, commit):
        return [Found("database.not-durable", f"fsync={fsync}, synchronous_commit={commit}")]
    if standbys and (not names or commit in _NOT_WAITING):
        detail = f"synchronous_standby_names='{names}', synchronous_commit={commit}"
        return [Found("database.failover-loses", detail)]
    return []
