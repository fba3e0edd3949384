"""Fees as pages, commands and tables show them: each amount comes from a sheet, by one function."""

from collections.abc import Sequence

from central.county.casework.about import CaseAbout
from central.county.fees.calls import EntryShown, FeeShown, ReliefShown
from central.county.fees.entries import MONEY, Entry, Kind, standing, yuan
from central.county.fees.models import EntryRow
from protocol.catalogue.items.model import Item


def entry_of(row: EntryRow) -> Entry:
    """The entry of a row."""
    return Entry(n=row.n, kind=Kind(row.kind), names=row.names, fen=row.fen, frozen=row.frozen)


def fee_shown(about: CaseAbout, rows: Sequence[EntryRow]) -> FeeShown:
    """The fee of a case."""
    now = standing(map(entry_of, rows))
    return FeeShown(
        case=about.number,
        item=about.item.name if about.item else about.code,
        state=now.state.value,
        total=yuan(now.sheet.fen) if now.sheet else "",
        paid=yuan(sum(row.fen for row in rows if Kind(row.kind) in MONEY)),
        entries=[_shown(row) for row in rows],
        reliefs=_reliefs(about.item) if about.item else (),
    )


def _reliefs(item: Item) -> list[ReliefShown]:
    found: dict[str, ReliefShown] = {}
    for one in (one for rule in item.fee_rules for one in rule.relief):
        paper = item.material(one.evidence)
        words = f"{one.name}（{paper.name if paper else one.evidence}）"
        found.setdefault(one.evidence, ReliefShown(evidence=one.evidence, words=words))
    return [*found.values()]


def _shown(row: EntryRow) -> EntryShown:
    entry = entry_of(row)
    said = entry.said
    return EntryShown(
        n=row.n,
        kind=row.kind,
        names=row.names,
        day=row.day,
        at_ms=row.at_ms,
        by=row.by_name,
        fen=row.fen,
        yuan=yuan(row.fen),
        number=row.number or said.get("document", ""),
        sha256=row.sha256.hex(),
        sheet=entry.sheet,
        evidence=said.get("evidence", ()),
        ground=said.get("ground", ""),
        person=row.person,
        words=row.words,
    )
