"""What is wrong with a hub, beside its relay."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.faults import office_faults
from central.relay.health.faults import heard_ms
from central.server.subject import ServerKind, Subject
from central.store.migrate import ACCOUNTS, RELAY
from central.store.migrate import HUB as OFFICE
from protocol.trust.roster import Role
from runtime.doctor.finding import Found
from runtime.doctor.node import silence
from runtime.node.office_keys import load_office_keys


async def _look(session: AsyncSession, subject: Subject) -> list[Found]:
    parent = subject.parent
    keys = await asyncio.to_thread(load_office_keys, subject.data)
    found = await office_faults(session, keys, subject.roster.rules, subject.now_ms)
    heard = await heard_ms(session, parent.node) if parent else None
    return [*silence(heard, subject.now_ms), *found] if parent else found


async def nothing_more() -> list[Found]:
    """A running hub knows no more of itself than its tables say."""
    return []


HUB = ServerKind(role=Role.HUB, name="hub", branches=(RELAY, ACCOUNTS, OFFICE), look=_look)
