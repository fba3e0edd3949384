"""What a county's tables, its authority and its folder say is wrong."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.able import able_to
from central.accounts.roles import RIGHTS, Right
from central.county.backup.age import backed_up_ms
from central.county.catalogue.posts import named_by
from central.county.control.node import CountyNode
from central.county.departments.service import read
from central.county.departments.staffing import Staffing
from central.county.departments.watch import look
from central.county.doctor.durability import durability
from central.county.nodes.view import Severity
from central.county.offices.faults import office_faults
from central.relay.editions.stored import stored_release_of
from central.server.subject import ServerKind, Subject
from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from protocol.catalogue.calendars.horizon import horizon
from protocol.catalogue.items.release import calendar_of
from protocol.trust.edition import Edition
from protocol.trust.roster import Role
from protocol.trust.schedule import local_time
from provisioning.doctor.look import authority_and_keys
from runtime.doctor.finding import Found
from runtime.doctor.node import DAY_MS

_BACKUP_MS = 2 * DAY_MS


async def _look(session: AsyncSession, subject: Subject) -> list[Found]:
    found = _backup(await backed_up_ms(session), subject.now_ms)
    found += await durability(session)
    found += await office_faults(session, subject.roster, subject.now_ms)
    release = await stored_release_of(session)
    staffing = await read(session, await able_to(session, Right.CASES, RIGHTS))
    found += await asyncio.to_thread(partial(_catalogue, release, subject.now_ms))
    found += await asyncio.to_thread(partial(_departments, staffing, release, subject.now_ms))
    return found


def _backup(at_ms: int | None, now_ms: int) -> list[Found]:
    if at_ms is None:
        return [Found("backup.none")]
    age_ms = now_ms - at_ms
    return [Found("backup.old", f"{age_ms // DAY_MS} 天前")] if age_ms > _BACKUP_MS else []


def _catalogue(release: Edition | None, now_ms: int) -> list[Found]:
    if release is None:
        return [Found("catalogue.none")]
    known = horizon(calendar_of(release.entries), local_time(now_ms).date(), ())
    return [Found("calendar.ends", str(known.ends or ""))] if known.is_near else []


def _departments(staffing: Staffing, release: Edition | None, now_ms: int) -> list[Found]:
    named = named_by(release.entries) if release and staffing.departments else ()
    codes = Counter(one.code for one in look(staffing, named, local_time(now_ms).date()))
    words = "，".join(f"{code} ×{count}" for code, count in sorted(codes.items()))
    return [Found("departments.open", words)] if codes else []


async def known_more(node: CountyNode) -> list[Found]:
    """What the running county knows: its authority, and how many nodes can't wait."""
    views = await node.county.nodes.overview()
    urgent = sum(any(one.severity is Severity.URGENT for one in view.alarms) for view in views)
    found = await asyncio.to_thread(node.services.provisioning.doctor.found)
    if urgent:
        found.append(Found("nodes.urgent", str(urgent)))
    return found + _views(node.county.views.round.differing or {})


def _views(differing: Mapping[str, int]) -> list[Found]:
    words = "，".join(f"{view} ×{count}" for view, count in differing.items() if count)
    return [Found("views.differ", words)] if words else []


COUNTY_KIND = ServerKind(
    role=Role.COUNTY,
    name="county",
    branches=(RELAY, COUNTY, ACCOUNTS),
    look=_look,
    beside=authority_and_keys,
)
