"""What the changes of a form's schema do to forms that were begun before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from protocol.catalogue.changes.terms import Both
from protocol.catalogue.documents import Schema
from protocol.catalogue.forms.compare import FieldNews, compare_schemas

Weight = Literal["none", "look", "breaks"]
_WORDS: Mapping[FieldNews, Both] = {
    FieldNews.RENAMED: ("表单“{}”的名称或提示有变", "name or hint of “{}” in the form has changed"),
    FieldNews.DROPPED: ("表单去掉了“{}”", "the form has “{}” no more"),
    FieldNews.NEW: ("表单新增“{}”，可以不填", "the form has “{}”, which may be left out"),
    FieldNews.NEW_REQUIRED: ("表单新增必填的“{}”", "the form has “{}”, which is required"),
    FieldNews.NOW_REQUIRED: ("“{}”改为必填", "“{}” is required now"),
    FieldNews.NOW_OPTIONAL: ("“{}”改为可以不填", "“{}” may be left out now"),
    FieldNews.KIND_CHANGED: ("“{}”的类型变了", "“{}” is of another kind"),
    FieldNews.NARROWER: ("“{}”的填写要求变严", "“{}” is stricter"),
    FieldNews.WIDER: ("“{}”的填写要求放宽", "“{}” takes more"),
    FieldNews.RULES: ("表单的条件规则有变", "rules of the form have changed"),
}
_LOOK = (FieldNews.NEW, FieldNews.RENAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one change of a schema does to forms that were begun before."""

    weight: Weight
    words: str
    english: str


def schema_effects(old: Schema, new: Schema) -> Iterator[Effect]:
    """The effects of each change; fields are the same where their ids are."""
    for change in compare_schemas(old, new):
        if change.news is FieldNews.KEPT:
            continue
        weight: Weight = "look" if change.news in _LOOK else "none"
        if change.breaks_drafts:
            weight = "breaks"
        words, english = (one.format(change.title) for one in _WORDS[change.news])
        yield Effect(weight=weight, words=words, english=english)
