"""Blocks at a county, as a test asks for them, and a village that uses them."""

from collections.abc import Sequence
from typing import Any

from central.county.numbers.calls import BlockShown, IssueBlocks
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedRun,
    Wanted,
)
from protocol.json_values import to_json
from protocol.numbers.number import Number, NumberKind, Series, start_digits
from tests.central.county.centre import Centre
from tests.central.county.village import Village

YEAR = 2026
CASE = NumberKind.CASE


async def issue(
    centre: Centre, *villages: Village, kind: NumberKind = CASE, year: int = 0, count: int = 30
) -> list[BlockShown]:
    """Blocks for these villages."""
    wanted = IssueBlocks(nodes=[v.node for v in villages], kind=kind, year=year, count=count)
    return list((await centre.county.numbers.issue(wanted)).issued)


async def blocks(centre: Centre, village: Village | None = None) -> list[BlockShown]:
    """What the county shows of blocks; each adds up."""
    found = [
        one
        for one in (await centre.county.numbers.status()).blocks
        if village is None or one.station == village.node
    ]
    assert all(one.issued == one.used + one.voided + one.remaining for one in found)
    return found


async def strays(centre: Centre, village: Village) -> list[str]:
    """Why numbers of this village are of no block of it."""
    found = (await centre.county.numbers.status()).strays
    return [one.why for one in found if one.station == village.node]


async def came(centre: Centre, village: Village) -> list[Numbers]:
    """What the county has told the village about blocks, oldest first."""
    return [one for _, one in await centre.mail(village) if isinstance(one, Numbers)]


async def last_block(centre: Centre, village: Village) -> NumberBlock:
    """The newest block that was sent."""
    return [block for one in await came(centre, village) for block in one.blocks][-1]


def number(village: Village, block: NumberBlock, serial: int) -> str:
    """As the start of the village that runs now writes it."""
    series = Series(issuer=block.issuer, kind=block.kind, year=block.year)
    start = start_digits(village.incarnation)
    return Number(series=series, serial=serial, start=start).text


def report(
    village: Village,
    *uses: tuple[NumberBlock, int, Sequence[tuple[int, int, str]]],
    wanted: Sequence[Wanted] = (Wanted(kind=CASE, year=YEAR),),
    ticket: str = "",
    application: bytes = b"",
) -> bytes:
    """The wire bytes of a report: of each block the next serial, and what was voided."""
    told = tuple(
        BlockUse(
            block=block,
            next=following,
            voided=tuple(VoidedRun(first=f, last=t, reason=why) for f, t, why in runs),
        )
        for block, following, runs in uses
    )
    payload = NumberReport(uses=told, wanted=tuple(wanted), number=ticket, application=application)
    return village.seal(payload)


async def case_of(centre: Centre, application: bytes) -> dict[str, Any]:
    """The case of an application."""
    (found,) = [c for c in await centre.cases() if c["application"] == application.hex()]
    return found


def shown(block: BlockShown) -> tuple[int, int, int, str | None]:
    """Used, voided and remaining, and why it is closed."""
    return block.used, block.voided, block.remaining, block.closed


def plain(block: BlockShown) -> dict[str, Any]:
    """As JSON has it."""
    made: dict[str, Any] = to_json(block)
    return made
