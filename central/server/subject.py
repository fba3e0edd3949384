"""The server that ``doctor`` looks at, as each role's own look is told of it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.health.faults import relay_faults
from central.relay.limits.quota import Used
from central.server.config import ServerConfig
from protocol.trust.roster import Role, Roster
from runtime.doctor.finding import Found
from runtime.doctor.line import ParentAddress, parent_faults
from runtime.doctor.node import parent_address, standing
from runtime.node.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One server."""

    data: Path
    identity: Identity
    config: ServerConfig
    roster: Roster
    now_ms: int  # by its own date

    @property
    def quota(self) -> Used:
        """What one origin may have here."""
        rules = self.roster.rules
        size, items = rules.quota(self.config.quota_bytes, self.config.quota_items)
        return Used(bytes=size, items=items)

    @property
    def parent(self) -> ParentAddress | None:
        """Whom it calls; None: nobody."""
        return parent_address(self.identity, self.roster)


Look = Callable[[AsyncSession, Subject], Awaitable[list[Found]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKind:
    """What is particular about hub and county."""

    role: Role
    name: str  # of settings and database
    branches: tuple[str, ...]  # of its schema
    look: Look  # at what the role adds to its relay
    beside: Callable[[Path], Iterable[Found]] = lambda _: ()  # other files, when nobody serves


async def look_inside(session: AsyncSession, subject: Subject, look: Look) -> list[Found]:
    """Everything that the database says."""
    found = list(standing(subject.identity, subject.roster))
    found += await relay_faults(session, subject.quota)
    return found + await look(session, subject)


async def look_up(subject: Subject) -> list[Found]:
    """Why the parent can't be reached."""
    return list(await parent_faults(subject.parent)) if subject.parent else []
