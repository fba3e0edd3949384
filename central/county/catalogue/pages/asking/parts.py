"""The controls of the page on which a form is edited: fields, columns of its tables, conditions."""

from collections.abc import Iterable

from central.county.catalogue.pages.asking.conditions import COMPARED, JOINED, MOST
from central.county.catalogue.pages.asking.fields import ID, MUST, SECTION
from central.county.catalogue.pages.asking.kinds import KINDS, TABLE
from central.county.catalogue.pages.asking.kinds import WORDS as KIND_WORDS
from central.county.catalogue.pages.editing.inputs import Input, Part, Rows, Way

FIELDS, RULES, EXAMPLES, TABLE_LEAD = "fields", "rules", "examples", "@"
THEN = {"require": "就必须填", "show": "才出现", "forbid": "就不能填"}
LABELS = {
    "title": "栏目叫什么",
    "kind": "填什么",
    MUST: "必须填写",
    "hint": "填写说明",
    "choices": "选项",
    "longest": "最多几个字",
    "least": "最小",
    "most": "最大",
    "rows": "最多几行",
    "mask": "显示时隐去中间",
    SECTION: "归入哪一组",
    "fields": "栏目",
    "columns": "表格的栏目",
    "rules": "条件",
    "condition": "看哪一栏",
    "way": "怎样比",
    "value": "值",
    "join": "几项条件",
    "then": "符合时",
    "targets": "哪些栏目",
    "message": "对填表人说的话",
    "examples": "样例申请",
    "name": "样例名称",
    "answers": "填了什么（栏目：内容）",
    "attached": "附了哪些材料（编号）",
    "fits": "应当通过",
}


def parts_of(tables: Iterable[tuple[str, str]]) -> tuple[Part, ...]:
    """The whole page.

    Args:
        tables: ids and titles of the fields that are tables.
    """
    columns = [_fields(f"{TABLE_LEAD}{name}", title, of_table=True) for name, title in tables]
    return (_fields(FIELDS, LABELS["fields"], of_table=False), *columns, _rules(), _examples())


def _fields(key: str, title: str, *, of_table: bool) -> Part:
    kinds = {one: kind.words for one, kind in KINDS.items() if not (of_table and one == TABLE)}
    columns = (
        Input(path=(ID,), label=ID, way=Way.HIDDEN),
        _column("title"),
        Input(path=("kind",), label=LABELS["kind"], way=Way.CHOICE, choices=kinds),
        _column(MUST, Way.YES),
        _column("hint"),
        _column("choices", Way.LINES),
        _column("longest", Way.NUMBER),
        _column("least"),
        _column("most"),
        *(() if of_table else (_column("rows", Way.NUMBER), _column(SECTION))),
        _column("mask", Way.YES),
    )
    rows = Rows(key=key, titles=("title", ID), columns=columns, more=True)
    return Part(key=key, title=title, rows=rows)


def _rules() -> Part:
    compared = (one for number in range(1, MOST + 1) for one in _comparison(str(number)))
    columns = (
        *compared,
        Input(path=("join",), label=LABELS["join"], way=Way.CHOICE, choices=JOINED),
        Input(path=("then",), label=LABELS["then"], way=Way.CHOICE, choices=THEN),
        Input(path=("fields",), label=LABELS["targets"], way=Way.MANY, fields=True),
        _column("message", Way.AREA),
    )
    rows = Rows(key=RULES, titles=("words",), columns=columns, more=True, hidden=("words", "rule"))
    return Part(key=RULES, title=LABELS["rules"], rows=rows)


def _examples() -> Part:
    columns = (
        _column("name"),
        _column("answers", Way.LINES),
        _column("attached", Way.LINES),
        _column("fits", Way.YES),
    )
    rows = Rows(key=EXAMPLES, titles=("name",), columns=columns, more=True, hidden=("example",))
    return Part(key=EXAMPLES, title=LABELS["examples"], rows=rows)


def _comparison(number: str) -> tuple[Input, Input, Input]:
    return (
        Input(path=(f"field{number}",), label=LABELS["condition"], way=Way.CHOICE, fields=True),
        Input(path=(f"way{number}",), label=LABELS["way"], way=Way.CHOICE, choices=COMPARED),
        Input(path=(f"value{number}",), label=LABELS["value"]),
    )


def _column(key: str, way: Way = Way.LINE) -> Input:
    return Input(path=(key,), label=LABELS[key], way=way)


WORDS = (
    *(*LABELS.values(), *THEN.values(), *COMPARED.values(), *JOINED.values()),
    *KIND_WORDS,
)
"""What is translated beside the templates."""
