"""The controls with which an item is edited, section by section.

What has no control here (a key of a newer program, say) stays as it is. Source: docs/catalogue.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from central.county.catalogue.pages.views.words import FIELDS, HEADS, MODES, SECTIONS, STARTS
from protocol.catalogue.items.handling import SILENCES
from protocol.catalogue.items.kinds import (
    CASE_TYPES,
    IN_NAMES,
    LEVELS,
    NODE_KINDS,
    SERVED,
    TIERS,
    TYPES,
)


class Way(StrEnum):
    """How something is typed in."""

    LINE = "line"
    AREA = "area"
    LINES = "lines"  # a list, one on each line
    DATE = "date"
    LIMIT = "limit"
    NUMBER = "number"
    CHOICE = "choice"
    MANY = "many"  # of several choices
    YES = "yes"  # yes, no, or nothing
    JSON = "json"
    HIDDEN = "hidden"  # for the page alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One control."""

    path: tuple[str, ...]  # keys from the item, or from the row, to the value
    label: str  # in Chinese, to be translated
    way: Way = Way.LINE
    choices: Mapping[str, str] = field(default_factory=dict)
    library: bool = False  # the choices are the materials of the library
    fields: bool = False  # the choices are the fields of the item's own form


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list of objects, a row of controls for each."""

    key: str
    columns: tuple[Input, ...]
    titles: tuple[str, ...]  # keys by which a row is known while it is folded; the first that says
    new_id: str = ""  # begins the ids that new rows get; empty: they have none
    id_key: str = "id"
    ordered: bool = True  # by their place in the list, which can be typed
    more: bool = False  # what else a row has can be edited as JSON
    hidden: tuple[str, ...] = ()  # keys of a row that no page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of the page."""

    key: str
    title: str
    inputs: tuple[Input, ...] = ()
    rows: Rows | None = None


MORE = "其他栏目（JSON）"
LABELS = {
    "limit": "时限",
    "law": "法规",
    "number": "文号",
    "clause": "条款",
    "text": "原文",
    "ask": "问",
    "refuse_if": "回答它就办不了",
    "say": "那就告诉对方",
    "use": "材料库中的材料",
    "own_name": "材料名称（库里没有的）",
    "note": "本事项的要求",
    "attach": "上传",
    "originals": "原件份数",
    "copies": "复印件份数",
    "keep": "原件",
    "node_name": "环节名称",
    "procedure_name": "程序名称",
    "row_id": "编号（可空）",
    "question": "问题",
    "answer": "回答",
    "schema": "表单（JSON Schema）",
    "fee_rules": "收费规则（JSON）",
    "examples": "样例（JSON）",
}
ATTACH = {"optional": "可以上传", "required": "必须上传"}
KEEP = {"seen": "看原件后退还", "kept": "留存"}
_LAW = ("law", "number", "clause")


def _line(key: str, way: Way = Way.LINE, **more: Mapping[str, str]) -> Input:
    return Input(path=(key,), label=FIELDS[key], way=way, **more)  # type: ignore[arg-type]


def _inner(
    outer: str, key: str, label: str, way: Way = Way.LINE, **more: Mapping[str, str]
) -> Input:
    return Input(path=(outer, key), label=label, way=way, **more)  # type: ignore[arg-type]


def _column(key: str, label: str, way: Way = Way.LINE, **more: Mapping[str, str]) -> Input:
    return Input(path=(key,), label=label, way=way, **more)  # type: ignore[arg-type]


def _part(key: str, *inputs: Input, rows: Rows | None = None) -> Part:
    return Part(key=key, title=SECTIONS[key], inputs=inputs, rows=rows)


PARTS: tuple[Part, ...] = (
    _part(
        "basic",
        _line("name"),
        _inner("sensitive", "name", FIELDS["sensitive"]),
        _line("aliases", Way.LINES),
        _line("type", Way.CHOICE, choices=TYPES),
        _line("level", Way.CHOICE, choices=LEVELS),
        _line("department"),
        _inner("owner", "name", FIELDS["owner"]),
        _inner("owner", "review_by", FIELDS["review_by"], Way.DATE),
        _line("case_type", Way.CHOICE, choices=CASE_TYPES),
        _line("served", Way.MANY, choices=SERVED),
        _line("mode", Way.CHOICE, choices=MODES),
        _line("second_check", Way.YES),
        _line("urgent", Way.YES),
        _line("bulk", Way.YES),
        _line("from", Way.DATE),
        _line("until", Way.DATE),
        _line("drafts_until", Way.DATE),
    ),
    _part("conditions", _line("conditions", Way.LINES)),
    _part(
        "questions",
        rows=Rows(
            key="questions",
            titles=("ask",),
            new_id="q",
            columns=(
                _column("ask", LABELS["ask"]),
                _column("refuse_if", LABELS["refuse_if"], Way.YES),
                _column("say", LABELS["say"]),
            ),
        ),
    ),
    _part(
        "materials",
        rows=Rows(
            key="materials",
            titles=("name", "use", "group", "id"),
            new_id="m",
            more=True,
            columns=(
                _column("id", LABELS["row_id"]),
                Input(path=("use",), label=LABELS["use"], way=Way.CHOICE, library=True),
                _column("name", LABELS["own_name"]),
                _column("note", LABELS["note"]),
                _column("attach", LABELS["attach"], Way.CHOICE, choices=ATTACH),
                _column("originals", LABELS["originals"], Way.NUMBER),
                _column("copies", LABELS["copies"], Way.NUMBER),
                _column("keep", LABELS["keep"], Way.CHOICE, choices=KEEP),
            ),
        ),
    ),
    _part(
        "limits",
        _inner("limits", "legal", FIELDS["legal"], Way.LIMIT),
        _inner("limits", "legal_basis", FIELDS["legal_basis"]),
        _inner("limits", "promised", FIELDS["promised"], Way.LIMIT),
        _inner("limits", "starts", FIELDS["starts"], Way.CHOICE, choices=STARTS),
    ),
    _part(
        "handling",
        _inner("handling", "accept", FIELDS["accept"], Way.LIMIT),
        _inner("handling", "by_default", FIELDS["by_default"], Way.YES),
        _inner("handling", "correct", FIELDS["correct"], Way.LIMIT),
        _inner("handling", "lapses", FIELDS["lapses"], Way.YES),
        _inner("handling", "extend", FIELDS["extend"], Way.LIMIT),
        _inner("handling", "papers", FIELDS["papers"], Way.LIMIT),
        _inner(
            "handling",
            "silence",
            FIELDS["silence"],
            Way.CHOICE,
            choices={one.value: words for one, words in SILENCES.items()},
        ),
        _inner("handling", "tell", FIELDS["tell"], Way.LIMIT),
        _inner("handling", "deliver", FIELDS["deliver"], Way.LIMIT),
    ),
    _part(
        "special",
        rows=Rows(
            key="special",
            titles=("name",),
            columns=(
                _column("name", LABELS["procedure_name"]),
                _column("limit", LABELS["limit"], Way.LIMIT),
                _column("department", HEADS["department"]),
                _column("basis", HEADS["basis"]),
            ),
        ),
    ),
    _part(
        "flow",
        rows=Rows(
            key="flow",
            titles=("name",),
            new_id="n",
            columns=(
                _column(
                    "kind",
                    HEADS["kind"],
                    Way.CHOICE,
                    choices={kind.value: words for kind, words in NODE_KINDS.items()},
                ),
                _column("name", LABELS["node_name"]),
                _column("post", HEADS["post"]),
                _column("limit", LABELS["limit"], Way.LIMIT),
                _column("authority", HEADS["authority"]),
                _column("procedure", HEADS["procedure"], Way.AREA),
                _column(
                    "tier",
                    HEADS["tier"],
                    Way.CHOICE,
                    choices={one.value: words for one, words in TIERS.items()},
                ),
                _column("office", HEADS["office"]),
                _column(
                    "in_name",
                    HEADS["in_name"],
                    Way.CHOICE,
                    choices={one.value: words for one, words in IN_NAMES.items()},
                ),
            ),
        ),
    ),
    _part("fees", Input(path=("fee_rules",), label=LABELS["fee_rules"], way=Way.JSON)),
    _part(
        "publicity",
        _inner("publicity", "window", FIELDS["window"], Way.LIMIT),
        Input(path=("publicity", "fields"), label=FIELDS["fields"], way=Way.MANY, fields=True),
        _inner("publicity", "counts", FIELDS["counts"], Way.YES),
        _inner("publicity", "basis", FIELDS["basis"]),
    ),
    _part(
        "result",
        _inner("result", "name", FIELDS["result_name"]),
        _inner("result", "kind", FIELDS["kind"]),
        _inner("result", "sample", FIELDS["sample"]),
    ),
    _part(
        "law",
        rows=Rows(
            key="legal_basis",
            titles=("law",),
            columns=(
                *(_column(key, LABELS[key]) for key in _LAW),
                _column("text", LABELS["text"], Way.AREA),
            ),
        ),
    ),
    _part("contact", _line("contact"), _line("complaint")),
    _part(
        "faq",
        rows=Rows(
            key="faq",
            titles=("question",),
            columns=(
                _column("question", LABELS["question"]),
                _column("answer", LABELS["answer"], Way.AREA),
            ),
        ),
    ),
    _part("form", Input(path=("schema",), label=LABELS["schema"], way=Way.JSON)),
    _part("examples", Input(path=("examples",), label=LABELS["examples"], way=Way.JSON)),
)
"""The whole page."""

WORDS = (MORE, *LABELS.values(), *ATTACH.values(), *KEEP.values())
"""What is translated beside the templates."""
