"""The controls of the page on which a fee rule is edited."""

from collections.abc import Mapping

from central.county.catalogue.pages.charging.conditions import COMPARED
from central.county.catalogue.pages.charging.forms import KINDS
from central.county.catalogue.pages.editing.inputs import Input, Part, Rows, Way

ROUNDING = {"0.01": "到分", "0.1": "到角", "1": "到元"}
LABELS = {
    "how": "怎样计费",
    "kind": "计费方式",
    "amount": "金额（元）",
    "by": "按哪种情况",
    "amounts": "各种情况多少元（情况：金额）",
    "quantity": "数量是哪一项",
    "unit": "单位",
    "price": "每单位多少元（分情况的不填）",
    "free": "前多少免收",
    "tiers": "各档（到多少：每单位多少元；最后一档写“以上：金额”）",
    "every": "最后一档每多少加一次价",
    "rise": "每次加多少元",
    "base": "按哪一笔金额",
    "percent": "百分之几",
    "expression": "公式（+ - * / min max，栏目写名称）",
    "principal": "欠缴的是哪一项",
    "days": "天数是哪一项",
    "percent_a_day": "每天百分之几",
    "most": "最多是欠缴额的几倍",
    "json": "计费方式（JSON）",
    "parts": "相加的各部分",
    "name": "名称",
    "zone": "分区倍数（没有就不填）",
    "zone_by": "按哪种情况乘",
    "factors": "各种情况乘几（情况：倍数）",
    "bounds": "封顶、保底和取整",
    "floor": "最低（元）",
    "cap": "最高（元）",
    "rounding": "四舍五入",
    "rule": "依据和日期",
    "basis": "收费依据（文号）",
    "collector": "执收单位",
    "effective_from": "从哪天起",
    "effective_to": "到哪天止（长期的不填）",
    "relief": "减免",
    "fact": "看哪种情况",
    "way": "怎样比",
    "value": "值",
    "factor": "按几成收（0 免收，0.5 减半）",
    "relief_basis": "减免依据",
    "evidence": "凭哪种材料",
    "part": "只减哪一部分",
    "examples": "算例（发布时重新算一遍）",
    "facts": "情况（名称：值）",
    "given": "交了哪些减免证明",
    "total": "应收合计（元）",
}
_LINES = {"amounts": Way.LINES, "tiers": Way.LINES, "expression": Way.AREA, "json": Way.JSON}
_FORM = (
    *("amount", "quantity", "unit", "price", "by", "amounts", "free", "tiers", "every", "rise"),
    *("base", "percent", "expression", "principal", "days", "percent_a_day", "most", "json"),
)


def parts_of(papers: Mapping[str, str]) -> tuple[Part, ...]:
    """The whole page.

    Args:
        papers: what the item's materials are called, by id.
    """
    kinds = {key: words for key, words in KINDS.items() if key != "composite"}
    inner = (_row("name"), *_form((), kinds))
    return (
        _part("how", *_form(("how",), KINDS)),
        Part(
            key="parts",
            title=LABELS["parts"],
            rows=Rows(key="parts", titles=("name",), columns=inner),
        ),
        _part(
            "zone",
            Input(path=("zone", "by"), label=LABELS["zone_by"]),
            Input(path=("zone", "factors"), label=LABELS["factors"], way=Way.LINES),
        ),
        _part(
            "rule",
            *(Input(path=("rule", key), label=LABELS[key]) for key in ("basis", "collector")),
            *(
                Input(path=("rule", key), label=LABELS[key], way=Way.DATE)
                for key in ("effective_from", "effective_to")
            ),
        ),
        _part(
            "bounds",
            *(Input(path=("bounds", key), label=LABELS[key]) for key in ("floor", "cap")),
            Input(
                path=("bounds", "rounding"),
                label=LABELS["rounding"],
                way=Way.CHOICE,
                choices=ROUNDING,
            ),
        ),
        Part(key="relief", title=LABELS["relief"], rows=_relief(papers)),
        Part(key="examples", title=LABELS["examples"], rows=_examples(papers)),
    )


def _form(before: tuple[str, ...], kinds: Mapping[str, str]) -> tuple[Input, ...]:
    kind = Input(path=(*before, "kind"), label=LABELS["kind"], way=Way.CHOICE, choices=kinds)
    others = (
        Input(path=(*before, key), label=LABELS[key], way=_LINES.get(key, Way.LINE))
        for key in _FORM
    )
    return (kind, *others)


def _relief(papers: Mapping[str, str]) -> Rows:
    columns = (
        _row("name"),
        _row("fact"),
        Input(path=("way",), label=LABELS["way"], way=Way.CHOICE, choices=COMPARED),
        _row("value"),
        _row("factor"),
        Input(path=("basis",), label=LABELS["relief_basis"]),
        Input(path=("evidence",), label=LABELS["evidence"], way=Way.CHOICE, choices=papers),
        _row("part"),
    )
    return Rows(key="relief", titles=("name",), columns=columns, more=True, hidden=("was",))


def _examples(papers: Mapping[str, str]) -> Rows:
    columns = (
        _row("facts", Way.LINES),
        _row("total"),
        Input(path=("given",), label=LABELS["given"], way=Way.MANY, choices=papers),
    )
    return Rows(key="examples", titles=("words",), columns=columns, hidden=("was", "words"))


def _row(key: str, way: Way = Way.LINE) -> Input:
    return Input(path=(key,), label=LABELS[key], way=way)


def _part(key: str, *inputs: Input) -> Part:
    return Part(key=key, title=LABELS[key], inputs=inputs)


WORDS = (*LABELS.values(), *KINDS.values(), *COMPARED.values(), *ROUNDING.values())
"""What is translated beside the templates."""
