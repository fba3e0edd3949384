"""Where findings of a whole catalogue stand, in the words of the page on which each is mended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from central.county.catalogue.pages.editing.controls import Block, Drawing
from central.county.catalogue.pages.editing.inputs import PARTS
from central.county.catalogue.pages.editing.results import Results, Spot
from central.county.catalogue.pages.library.inputs import PAPER_PARTS
from central.county.catalogue.pages.values import library_material, parsed, text
from central.county.catalogue.rules import Entries
from protocol.catalogue.changes.naming import names_of
from protocol.catalogue.changes.places import called_at
from protocol.catalogue.changes.versions import content_of
from protocol.catalogue.changes.words import Wording
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding
from protocol.catalogue.items.names import CALENDAR, MARKETS, MATERIAL, is_item

_LIBRARY = "materials."
_DAYS = {"calendar": CALENDAR, "market_days": MARKETS}
_CALENDAR_PAGE = "/catalogue/calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One finding."""

    spot: Spot
    name: str = ""  # of the item, the paper or whatever else it is in; empty: of the whole
    key: str = ""  # by which the catalogue knows that
    page: str = ""  # where it is seen; empty: on none
    edit: str = ""  # where it is mended; empty: on none


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """An item or a paper, with the controls of its page."""

    raw: Document
    path: str
    blocks: Sequence[Block]


@dataclass(slots=True)
class Placing:
    """Finds the places of a release's or a draft's findings.

    Args:
        entries: that the findings are of.
        words: translates what is ours.
    """

    entries: Entries
    words: Callable[[str], str]
    language: Literal["zh", "en"]
    _known: dict[str, _Thing] = field(default_factory=dict)

    def of(self, findings: Sequence[Finding]) -> list[Placed]:
        """Each of them, in the same order."""
        return [self._placed(one) for one in findings]

    def _placed(self, finding: Finding) -> Placed:
        key, place = self._split(finding)
        if is_item(key) and key in self.entries:
            return self._in(key, replace(finding, place=place))
        if key.startswith(MATERIAL) and key in self.entries:
            return self._in(key, replace(finding, place=place))
        days = _CALENDAR_PAGE if key in (CALENDAR, MARKETS) else ""
        name = self._wording({}).entry(key) if key.startswith("@") else key
        spot = Spot(finding=finding, anchor="", block="", rest=place if key else finding.where)
        return Placed(spot=spot, name=name, page=days)

    def _split(self, finding: Finding) -> tuple[str, str]:
        """The entry that a finding is in, and where in it; an empty one for the whole."""
        if finding.item:
            return finding.item, finding.place
        if finding.place.startswith(_LIBRARY):
            rest = finding.place.removeprefix(_LIBRARY)
            name = max(filter(lambda one: _is_in(one, rest), self._papers()), key=len, default="")
            return (f"{MATERIAL}{name}", rest[len(name) :].lstrip(".")) if name else ("", "")
        root, _, rest = finding.place.partition(".")
        return _DAYS.get(root, ""), rest

    def _papers(self) -> Iterator[str]:
        return (key.removeprefix(MATERIAL) for key in self.entries if key.startswith(MATERIAL))

    def _in(self, key: str, finding: Finding) -> Placed:
        thing = self._known.get(key)
        if thing is None:
            thing = self._known[key] = self._thing(key)
        told = Results.of([finding], thing.blocks, checked=True, rest=self.rest(thing.raw))
        (spot,) = told.spots
        anchor = f"f-{spot.anchor}" if spot.anchor else spot.block
        return Placed(
            spot=spot,
            name=text(thing.raw, "name"),
            key=key.removeprefix(MATERIAL),
            page=thing.path,
            edit=f"#{anchor}" if anchor else "#",
        )

    def _thing(self, key: str) -> _Thing:
        if key.startswith(MATERIAL):
            name = key.removeprefix(MATERIAL)
            raw: Document = parsed(self.entries[key])
            path, parts = f"/catalogue/materials/{name}", PAPER_PARTS
        else:
            raw, path, parts = content_of(self.entries[key]), f"/catalogue/items/{key}", PARTS
        library = {one: text(library_material(self.entries, one), "name") for one in self._papers()}
        drawing = Drawing(raw=raw, words=self.words, library=library, parts=parts)
        return _Thing(raw=raw, path=path, blocks=drawing.blocks())

    def _wording(self, raw: Document) -> Wording:
        return Wording(language=self.language, names=names_of(raw))

    def rest(self, raw: Document) -> Callable[[str, str], str]:
        """Says where in what a control holds something stands."""
        return rest_words(raw, self.language)


def rest_words(raw: Document, language: Literal["zh", "en"]) -> Callable[[str, str], str]:
    """Says in words where in what a control holds something stands.

    The answer takes the control's name and the rest of the place behind it, both with dots.
    """
    wording = Wording(language=language, names=names_of(raw))

    def said(anchor: str, rest: str) -> str:
        before = len(anchor.split("."))
        shown = called_at(raw, (*anchor.split("."), *rest.split(".")))
        hidden = ("", "form") if anchor == "fee_rules" else ("",)
        return " · ".join(
            wording.key(part, of_form=anchor == "schema")
            for part in shown[before:]
            if part not in hidden
        )

    return said


def place_words(raw: Document, language: Literal["zh", "en"]) -> Callable[[str], str]:
    """Says a place of an item, written with dots, in words: 材料 · 居民身份证 · 条件."""
    wording = Wording(language=language, names=names_of(raw))

    def said(place: str) -> str:
        shown = called_at(raw, tuple(place.split("."))) if place else ()
        of_form = shown[:1] == ("schema",)
        return " · ".join(wording.key(part, of_form=of_form) for part in shown if part)

    return said


def _is_in(paper: str, place: str) -> bool:
    return place == paper or place.startswith((f"{paper}.", f"{paper}["))
