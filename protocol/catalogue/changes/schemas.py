"""What the changes of a form's schema do to forms that were begun before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from protocol.catalogue.forms.compare import FieldNews, compare_schemas

Weight = Literal["none", "look", "breaks"]
_WORDS: Mapping[FieldNews, str] = {
    FieldNews.RENAMED: "表单“{}”的名称或提示有变",
    FieldNews.DROPPED: "表单去掉了“{}”",
    FieldNews.NEW: "表单新增“{}”，可以不填",
    FieldNews.NEW_REQUIRED: "表单新增必填的“{}”",
    FieldNews.NOW_REQUIRED: "“{}”改为必填",
    FieldNews.NOW_OPTIONAL: "“{}”改为可以不填",
    FieldNews.KIND_CHANGED: "“{}”的类型变了",
    FieldNews.NARROWER: "“{}”的填写要求变严",
    FieldNews.WIDER: "“{}”的填写要求放宽",
    FieldNews.RULES: "表单的条件规则有变",
}
_LOOK = (FieldNews.NEW, FieldNews.RENAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one change of a schema does to forms that were begun before."""

    weight: Weight
    words: str


def schema_effects(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Effect]:
    """The effects of each change; fields are the same where their ids are."""
    for change in compare_schemas(old, new):
        if change.news is FieldNews.KEPT:
            continue
        weight: Weight = "look" if change.news in _LOOK else "none"
        if change.breaks_drafts:
            weight = "breaks"
        yield Effect(weight=weight, words=_WORDS[change.news].format(change.title))
