"""Which sheets a catalogue has, and which columns: one table that writing and reading share.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from central.county.catalogue.exchange.cells import (
    IN_NAMES,
    NODES,
    TIERS,
    Amount,
    Choice,
    Code,
    Day,
    Flag,
    Json,
    Kind,
    Lines,
    Text,
    Whole,
    Within,
)
from protocol.catalogue.items.handling import SILENCES
from protocol.catalogue.items.kinds import CASE_TYPES, LEVELS, SERVED, TYPES

REST = "其他（JSON）"
ITEM = "事项编号"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, where its value stands in the record, and its kind."""

    head: str
    path: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list of the catalogue."""

    name: str
    key: str  # in an item, or in the file
    columns: tuple[Column, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The headings of its own columns, without the item's code."""
        return (*(column.head for column in self.columns), REST)


TEXT, CODE, JSON = Text(), Code(), Json()
STARTS = {"village": "村", "township": "乡镇", "county": "县"}
SILENCE = {one.value: words for one, words in SILENCES.items()}
ATTACH = {"optional": "可以上传", "required": "必须上传"}
KEEP = {"seen": "当场核验", "kept": "收取"}


def _text(head: str, *path: str) -> Column:
    return Column(head, path, TEXT)


def _code(head: str, *path: str) -> Column:
    return Column(head, path, CODE)


def _choice(head: str, names: Mapping[str, str], *path: str, both: bool = False) -> Column:
    return Column(head, path, Choice(names, both))


def _of(kind: Kind, head: str, *path: str) -> Column:
    return Column(head, path, kind)


ITEMS = Sheet("事项", "items", (
    _code("编号", "id"),
    _text("名称", "name"),
    _of(Lines(TEXT), "俗称", "aliases"),
    _choice("事项类型", TYPES, "type", both=True),
    _choice("行使层级", LEVELS, "level", both=True),
    _text("实施部门", "department"),
    _text("负责人", "owner", "name"),
    _of(Day(), "复核日期", "owner", "review_by"),
    _of(Lines(Choice(SERVED)), "服务对象", "served"),
    _choice("办件类型", CASE_TYPES, "case_type", both=True),
    _text("村级方式", "mode"),
    _of(Within(), "法定时限", "limits", "legal"),
    _text("时限依据", "limits", "legal_basis"),
    _of(Within(), "承诺时限", "limits", "promised"),
    _choice("起算", STARTS, "limits", "starts"),
    _of(Within(), "受理期限", "handling", "accept"),
    _of(Flag(), "逾期视为受理", "handling", "by_default"),
    _of(Within(), "补正期限", "handling", "correct"),
    _of(Flag(), "逾期未补正视为撤回", "handling", "lapses"),
    _of(Within(), "可延长", "handling", "extend"),
    _of(Within(), "先行救助后补材料", "handling", "papers"),
    _choice("部门逾期不答复", SILENCE, "handling", "silence"),
    _of(Within(), "告知期限", "handling", "tell"),
    _of(Within(), "送达期限", "handling", "deliver"),
    _text("结果名称", "result", "name"),
    _text("结果类型", "result", "kind"),
    _text("结果样本", "result", "sample"),
    _of(Within(), "公示期", "publicity", "window"),
    _of(Lines(CODE), "公示栏目", "publicity", "fields"),
    _of(Flag(), "公示计入时限", "publicity", "counts"),
    _text("公示依据", "publicity", "basis"),
    _text("对外名称", "sensitive", "name"),
    _of(Flag(), "急办", "urgent"),
    _of(Flag(), "可批量决定", "bulk"),
    _of(Flag(), "两人核对", "second_check"),
    _code("咨询电话", "contact"),
    _code("投诉电话", "complaint"),
    _of(Day(), "开始办理", "from"),
    _of(Day(), "停办", "until"),
    _of(Day(), "旧草稿用到", "drafts_until"),
    _code("基本编码", "codes", "catalog_code"),
    _code("地方基本编码", "codes", "local_catalog_code"),
    _code("实施编码", "codes", "task_code"),
    _code("地方实施编码", "codes", "local_task_code"),
    _code("业务办理项编码", "codes", "task_handle_item"),
))  # fmt: skip

PAPERS = Sheet("材料", "materials", (
    _code("组编号", "@group", "group"),
    _text("组名称", "@group", "name"),
    _choice("整组上传", ATTACH, "@group", "attach"),
    _of(JSON, "整组条件（JSON）", "@group", "when"),
    _of(JSON, "整组其他（JSON）", "@group", "@rest"),
    _code("编号", "id"),
    _code("材料库编号", "use"),
    _text("名称", "name"),
    _text("要求", "note"),
    _choice("上传", ATTACH, "attach"),
    _of(Whole(), "最大字节", "max_bytes"),
    _of(Whole(), "原件份数", "originals"),
    _of(Whole(), "复印件份数", "copies"),
    _choice("原件处理", KEEP, "keep"),
    _of(Within(), "容缺期限", "later", "limit"),
    _text("容缺承诺", "later", "promise"),
    _of(Flag(), "不可容缺", "at_once"),
    _of(JSON, "何时要（JSON）", "when"),
    _choice("可否承诺代替", {"promise": "告知承诺"}, "instead"),
    _text("共享数据", "shared"),
    _code("逐人提供的表格", "each"),
))  # fmt: skip

FIELDS = Sheet("栏目", "schema", (
    _text("编号", "@id"),
    _text("名称", "title"),
    _text("类型", "type"),
    _text("格式", "format"),
    _of(Flag(), "必填", "@required"),
    _of(Lines(TEXT), "选项", "enum"),
    _of(Whole(), "最多字数", "maxLength"),
    _text("说明", "description"),
))  # fmt: skip

LISTS: tuple[Sheet, ...] = (
    Sheet("条件", "conditions", (_text("条件", "text"),)),
    Sheet("依据", "legal_basis", (
        _text("法律法规", "law"), _text("文号", "number"), _text("条款", "clause"),
        _text("原文", "text"),
    )),
    Sheet("问题", "questions", (
        _code("编号", "id"), _text("问", "ask"), _of(Flag(), "答此则不能申请", "refuse_if"),
        _text("说明", "say"),
    )),
    PAPERS,
    Sheet("环节", "flow", (
        _code("编号", "id"), _choice("种类", NODES, "kind"), _text("名称", "name"),
        _text("岗位", "post"), _text("权限", "authority"), _text("程序", "procedure"),
        _of(Within(), "时限", "limit"),
        _choice("层级", TIERS, "tier"), _text("乡镇科室", "office"),
        _choice("名义", IN_NAMES, "in_name"),
    )),
    Sheet("特别程序", "special", (
        _text("名称", "name"), _of(Within(), "时限", "limit"), _text("依据", "basis"),
        _text("部门", "department"),
    )),
    Sheet("问答", "faq", (_text("问", "question"), _text("答", "answer"))),
    Sheet("样例", "examples", (
        _text("名称", "name"), _of(JSON, "表单（JSON）", "form"),
        _of(Lines(CODE), "附了材料", "attached"), _of(Flag(), "应当通过", "fits"),
    )),
    Sheet("收费", "fee_rules", (
        _text("依据", "basis"), _text("执收单位", "collector"),
        _of(Day(), "生效", "effective_from"), _of(Day(), "失效", "effective_to"),
        _of(JSON, "计费方式（JSON）", "form"), _of(Amount(), "最低", "floor"),
        _of(Amount(), "最高", "cap"), _of(Amount(), "取整", "rounding"),
        _of(JSON, "减免（JSON）", "relief"), _of(JSON, "算例（JSON）", "examples"),
    )),
)  # fmt: skip

FORMS = Sheet("表单", "schema", (
    _text("名称", "title"), _of(Flag(), "可有其他栏目", "additionalProperties"),
    _of(JSON, "分组（JSON）", "sections"), _of(JSON, "规则（JSON）", "rules"),
))  # fmt: skip

LIBRARY = Sheet("材料库", "materials", (
    _code("编号", "@id"), _text("名称", "name"), _text("拍摄提示", "hint"),
    _of(Lines(TEXT), "页", "pages"), _of(Whole(), "原件份数", "originals"),
    _of(Whole(), "复印件份数", "copies"), _choice("原件处理", KEEP, "keep"),
    _of(Within(), "容缺期限", "later", "limit"), _text("容缺承诺", "later", "promise"),
))  # fmt: skip
FAULTS = Sheet("材料常见问题", "faults", (_code("编号", "code"), _text("说法", "say")))
MATERIAL = "材料库编号"  # of a usual fault

LOCAL = Sheet("乡镇", "local", (
    _text("地点", "place"), _text("时间", "time"), _code("电话", "contact"),
    _of(Flag(), "只在圩日", "market_day"),
    _text("政府全称", "government", "name"), _text("政府简称", "government", "short"),
    _text("复议机关", "government", "review"), _text("诉讼法院", "government", "court"),
))  # fmt: skip
DIVISION = "区划代码"

MARKETS = Sheet("圩日", "market_days", (_of(JSON, "规则（JSON）", "rule"),))
ABOUT = Sheet("目录", "about", (_text("项目", "@id"), _of(JSON, "内容（JSON）", "value")))

NOTES = "填表说明"  # for people; not read
