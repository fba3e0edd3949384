"""A county in numbers, beside its relay: cases, receipts, backup, alarms; nobody is named."""

import asyncio
from collections import Counter
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.age import backed_up_ms
from central.county.control.node import CountyNode
from central.county.counters.service import last_given
from central.county.intake.answers import series
from central.relay.instance.service import instance_of
from provisioning.escrow.alarms import key_alarms
from runtime.metrics.families import Family, counter, gauge, gauges


async def county_figures(node: CountyNode) -> list[Family]:
    """Everything that only a county has."""
    relay = node.relay
    receipts, backup_ms = await relay.store.transact(_look)
    age_s = None if backup_ms is None else (relay.clock.now_ms() - backup_ms) / 1000
    cases, views = node.county.case_room.list, await node.county.nodes.overview()
    alarms = Counter(alarm.code for view in views for alarm in view.alarms)
    own = await asyncio.to_thread(partial(key_alarms, relay.identity.folder.parent))
    return [
        counter("receipts_total", "Receipts that this life of the county has given.", receipts),
        gauge("cases_open", "Cases without a decision.", await cases.open_count()),
        gauge("backup_age_seconds", "Since the newest backup; missing: there is none.", age_s),
        gauges(
            "nodes",
            "Hubs and stations that are not retired, by role.",
            "role",
            Counter(view.role.value for view in views),
        ),
        gauges(
            "case_lights",
            "Open cases by their light.",
            "light",
            await node.county.supervision.cards.lights(),
        ),
        gauges(
            "case_views_differ",
            "Cases whose status, figures or light were not what their logs said, and were mended.",
            "view",
            node.county.views.round.differing or {},
        ),
        gauges("node_alarms", "Nodes with an alarm, by its code.", "code", alarms),
        gauge(
            "node_silent_seconds",
            "For how long the quietest node that should speak was not heard.",
            max((view.heard_age_s or 0 for view in views if view.should_speak), default=0),
        ),
        gauges("alarms", "Alarms about the county itself.", "code", {a["code"]: 1 for a in own}),
        gauge(
            "clock_believed",
            "1 unless the date jumped and nobody confirmed it.",
            node.authority.watch.look(),
        ),
    ]


async def authority_readable(node: CountyNode) -> bool:
    """Whether nodes can still be admitted: the authority's roster can be read."""
    return await asyncio.to_thread(lambda: node.authority.roster().version > 0)


async def _look(session: AsyncSession) -> tuple[int, int | None]:
    given = await last_given(session, series(await instance_of(session)))
    return given, await backed_up_ms(session)
