"""What a change of an item means for forms that somebody has begun to fill in.

Three classes, from the mildest: nothing happens to them; the clerk looks at them again, in the new
version; they go on in the old version until a day. What is not known to be mild is not taken for
mild.

Source: docs/publishing.md, "What becomes of drafts".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from protocol.catalogue.changes.places import NOTHING, Place
from protocol.catalogue.changes.schemas import Effect, schema_effects
from protocol.catalogue.documents import Document

DRAFTS_DAYS = 30  # that old drafts go on, unless the item says until when


class Class(StrEnum):
    """What becomes of drafts."""

    HARMLESS = "harmless"  # they go on as if nothing had changed
    LOOK = "look"  # they go on in the new version, after the clerk has looked at them
    OLD = "old"  # they go on in the old version, until a day


ORDER = (Class.HARMLESS, Class.LOOK, Class.OLD)
WORDS: Mapping[Class, str] = {
    Class.HARMLESS: "不影响草稿",
    Class.LOOK: "草稿须重新核对",
    Class.OLD: "旧草稿按旧版办理",
}
_MILD = frozenset(  # what stands beside an application, and not in it
    (
        *("aliases", "codes", "complaint", "contact", "department", "examples", "faq", "flow"),
        *("legal_basis", "level", "name", "owner", "result", "type", "bulk", "version"),
    )
)
_MILD_OF_MATERIAL = frozenset(("name", "hint", "pages", "faults", "title"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A class, and why."""

    kind: Class
    reason: str  # in words
    english: str  # the same


def class_of(old: Document, new: Document, found: Iterable[Place]) -> Judged:
    """The class of a changed item: that of its gravest change.

    Args:
        found: where both differ.
    """
    if "drafts_until" in new and new["drafts_until"] != old.get("drafts_until"):
        return Judged(
            kind=Class.OLD,
            reason="事项写明了旧草稿可用至哪天",
            english="the item says until when old forms are taken",
        )
    judged = [_of_place(place) for place in found if place.path[0] != "schema"]
    if old.get("schema") != new.get("schema"):
        effects = schema_effects(old.get("schema") or {}, new.get("schema") or {})
        judged += [_of_effect(effect) for effect in effects]
    worst = max(judged, key=lambda one: ORDER.index(one.kind), default=None)
    return worst or Judged(
        kind=Class.HARMLESS,
        reason="填写内容没有变化",
        english="nothing that is filled in has changed",
    )


def _of_effect(effect: Effect) -> Judged:
    kind = {"none": Class.HARMLESS, "look": Class.LOOK, "breaks": Class.OLD}[effect.weight]
    return Judged(kind=kind, reason=effect.words, english=effect.english)


def _of_place(place: Place) -> Judged:
    top = place.path[0]
    if top in _MILD:
        return Judged(
            kind=Class.HARMLESS,
            reason="只改了不影响填写的说明",
            english="only words that do not touch what is filled in",
        )
    if top == "materials":
        return _of_material(place)
    return Judged(
        kind=Class.LOOK,
        reason="申请条件、费用、时限或办理方式有变，须重新告知群众",
        english="conditions, fees, limits or ways have changed: the applicant has to be told anew",
    )


def _of_material(place: Place) -> Judged:
    if place.path[-1] in _MILD_OF_MATERIAL or place.path[-1] == "order":
        return Judged(
            kind=Class.HARMLESS,
            reason="只改了材料的说明",
            english="only what is said of a material",
        )
    must = isinstance(place.new, dict) and place.new.get("attach") == "required"
    if must or (place.path[-1] == "attach" and place.new == "required"):
        return Judged(
            kind=Class.OLD,
            reason="新要求上传一种材料，旧草稿里没有",
            english="a file is now required that old forms do not have",
        )
    if "when" in place.path:
        return Judged(
            kind=Class.OLD,
            reason="何时要求一种材料有变，旧草稿可能缺少附件",
            english="when a material is asked for has changed: old forms may lack its file",
        )
    if place.new is NOTHING:
        return Judged(
            kind=Class.LOOK,
            reason="不再要求一种材料，草稿里的附件可能多余",
            english="a material is asked for no more; files of old forms may be too many",
        )
    return Judged(
        kind=Class.LOOK,
        reason="材料要求有变",
        english="what is asked for of a material has changed",
    )
