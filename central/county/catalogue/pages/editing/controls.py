"""The page of an item to edit: every control with what it says and what is wrong with it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from central.county.catalogue.pages.editing.entry import NEW_ROWS, name_of
from central.county.catalogue.pages.editing.inputs import MORE, PARTS, Input, Part, Rows, Way
from central.county.catalogue.pages.editing.shown import rest_of, rows_at, shown
from central.county.catalogue.pages.values import mapping, plain
from central.county.catalogue.pages.views.form_fields import fields_of
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding

Words = Callable[[str], str]
_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control as it is drawn."""

    name: str
    key: str  # in its row: what it is called there, to be shown or not by what else is chosen
    label: str
    way: Way
    values: Sequence[str]
    choices: Sequence[tuple[str, str]]
    lines: int  # that a text area shows
    faults: Sequence[Finding]

    @property
    def value(self) -> str:
        """Of one that has a single value."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list."""

    number: int  # from 1
    title: str  # by which it is known while it is folded
    before: str  # begins the names of its controls
    controls: Sequence[Control]
    more: Control | None
    is_new: bool
    is_ordered: bool  # its place in the list can be typed
    is_moved: bool  # a button has just moved it
    was: int  # which row of the list it was when nobody had typed, from 1; 0: none
    faults: Sequence[Finding]  # of the row as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A section."""

    key: str
    title: str
    list_name: str  # of its rows; empty: it has none
    controls: Sequence[Control]
    rows: Sequence[Row]
    is_changed: bool  # from what was there before

    @property
    def count(self) -> int:
        """Of its rows that are there."""
        return sum(not row.is_new for row in self.rows)

    @property
    def names(self) -> list[str]:
        """Of every control and row that a finding can lead to."""
        controls = [*self.controls, *(one for row in self.rows for one in row.controls)]
        return [one.name for one in controls] + [row.before.rstrip(".") for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Draws the controls of one item, or of whatever else ``parts`` are of."""

    raw: Document
    words: Words
    before: Document = field(default_factory=dict)  # as it was before anybody typed
    unread: Mapping[str, str] = field(default_factory=dict)  # texts that were no JSON, by control
    library: Mapping[str, str] = field(default_factory=dict)  # names of its materials, by id
    findings: Sequence[Finding] = ()
    parts: Sequence[Part] = PARTS
    was: Mapping[str, Sequence[int]] = field(default_factory=dict)  # as ``Entered`` has it
    moved: str = ""

    def blocks(self) -> list[Block]:
        """Every section."""
        return [self._block(part) for part in self.parts]

    def _block(self, part: Part) -> Block:
        rows = part.rows
        return Block(
            key=part.key,
            title=self.words(part.title),
            list_name=rows.key if rows else "",
            controls=[self._control(self.raw, one, "") for one in part.inputs],
            rows=list(self._rows(rows)) if rows else [],
            is_changed=any(self.raw.get(key) != self.before.get(key) for key in _keys_of(part)),
        )

    def _rows(self, rows: Rows) -> Iterator[Row]:
        old = rows_at(self.raw, rows)
        was = [*self.was.get(rows.key, range(1, len(old) + 1)), *[0] * NEW_ROWS]
        for at in range(len(old) + NEW_ROWS):
            row, before = old[at] if at < len(old) else {}, f"{rows.key}.{at}."
            controls = [self._control(row, one, before) for one in rows.columns]
            named = {control.name for control in controls}
            yield Row(
                number=at + 1,
                title=self._title(row, rows),
                before=before,
                controls=controls,
                more=self._more(row, rows, before) if rows.more else None,
                is_new=at >= len(old),
                is_ordered=rows.ordered,
                is_moved=self.moved == before[:-1],
                was=was[at] if at < len(was) else 0,
                faults=[
                    one
                    for one in self.findings
                    if f"{field_of(one)}.".startswith(before) and not _stands_at(one, named)
                ],
            )

    def _title(self, row: Document, rows: Rows) -> str:
        told = (self.library.get(plain(row.get(key)), plain(row.get(key))) for key in rows.titles)
        return next(filter(None, told), "")

    def _more(self, row: Document, rows: Rows, before: str) -> Control:
        text = self.unread.get(f"{before}@more", rest_of(row, rows))
        return Control(
            name=f"{before}@more",
            key="@more",
            label=self.words(MORE),
            way=Way.JSON,
            values=[text],
            choices=(),
            lines=max(3, text.count("\n") + 1),
            faults=(),
        )

    def _control(self, whole: Document, one: Input, before: str) -> Control:
        name = name_of(one, before)
        values = [self.unread[name]] if name in self.unread else shown(whole, one)
        return Control(
            name=name,
            key=one.path[-1],
            label=self.words(one.label),
            way=one.way,
            values=values,
            choices=self._choices(one, values),
            lines=min(30, max(2, "".join(values).count("\n") + 2)),
            faults=[fault for fault in self.findings if _stands_at(fault, {name})],
        )

    def _choices(self, one: Input, values: Sequence[str]) -> list[tuple[str, str]]:
        """What can be chosen; what stands there now is never left out."""
        known, said = one.choices, self.words
        if one.library or one.fields:  # the words are the county's
            known, said = self.library if one.library else titles_by_field(self.raw), str
        found = [(value, said(label)) for value, label in known.items()]
        return found + [(value, value) for value in values if value and value not in known]


def titles_by_field(raw: Document) -> dict[str, str]:
    """What the fields of an item's form are called, by id; two of one title have their ids, too."""
    found = {one.path: one.title for one in fields_of(mapping(raw, "schema"), depth=0)}
    count = Counter(found.values())
    return {
        name: title if count[title] == 1 else f"{title}（{name}）" for name, title in found.items()
    }


def _keys_of(part: Part) -> Iterator[str]:
    """The keys of the item that a section shows."""
    yield from (one.path[0] for one in part.inputs)
    if part.rows is not None:
        yield part.rows.key


def field_of(finding: Finding) -> str:
    """A place in an item as controls are named: ``flow[2].limit`` is ``flow.2.limit``."""
    return _INDEX.sub(r".\1", finding.place)


def anchor_of(finding: Finding, names: Sequence[str]) -> str:
    """The control, or the row, that is nearest to a finding; empty if none is."""
    place = field_of(finding)
    while place:
        if place in names:
            return place
        place = place.rpartition(".")[0]
    return ""


def _stands_at(finding: Finding, names: set[str]) -> bool:
    place = field_of(finding)
    return any(place == name or place.startswith(f"{name}.") for name in names)
