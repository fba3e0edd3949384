"""Which documents the steps of a case have, and which facts each of them is made of.

A fact has a name in Chinese: an author writes ``{申请人}`` into a template.

Source: docs/documents.md; 行政许可法 articles 32, 38, 42 and 44; domain: contents of documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class DocumentKind(StrEnum):
    """A document of a step."""

    RECEIPT = "receipt"  # what was handed in
    ACCEPTED = "accepted"
    CORRECTION = "correction"  # everything that is wrong, once
    NOT_ACCEPTED = "not-accepted"
    APPROVED = "approved"
    REFUSED = "refused"
    TRANSFERRED = "transferred"  # another office has it now
    EXTENDED = "extended"  # it takes longer, and why
    DELIVERY = "delivery"  # signed by whoever got another document
    PAYMENT = "payment"


KIND_WORDS: Mapping[DocumentKind, str] = {
    DocumentKind.RECEIPT: "收件凭证",
    DocumentKind.ACCEPTED: "受理通知书",
    DocumentKind.CORRECTION: "补正一次性告知书",
    DocumentKind.NOT_ACCEPTED: "不予受理通知书",
    DocumentKind.APPROVED: "准予决定书",
    DocumentKind.REFUSED: "不予决定书",
    DocumentKind.TRANSFERRED: "转办告知书",
    DocumentKind.EXTENDED: "延期告知书",
    DocumentKind.DELIVERY: "送达回证",
    DocumentKind.PAYMENT: "缴费通知书",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A fact that a template may name."""

    says: str  # to authors
    sample: str | tuple[str, ...]  # as a preview shows it

    @property
    def is_list(self) -> bool:
        """Whether it is several lines: it stands in a paragraph of its own."""
        return isinstance(self.sample, tuple)


SLOTS: Mapping[str, Slot] = {
    "机关": Slot(says="作出文书的机关全称", sample="样例县民政局"),
    "简称": Slot(says="机关简称，用在文号里", sample="样民"),
    "年份": Slot(says="文号的年份", sample="2026"),
    "序号": Slot(says="文号的序号，由系统连续编排", sample="12"),
    "文号": Slot(says="整个文号", sample="样民受字〔2026〕第 12 号"),
    "申请人": Slot(says="申请人姓名或名称", sample="样福丽"),
    "证件号码": Slot(says="申请人证件号码，中间隐去", sample="451423********0072"),
    "事项": Slot(says="事项名称", sample="临时救助"),
    "办件编号": Slot(says="办件编号", sample="451423-2026-SL000012"),
    "收件日期": Slot(says="收到申请的日期", sample="2026年11月2日"),
    "受理日期": Slot(says="受理的日期", sample="2026年11月3日"),
    "落款日期": Slot(says="文书的日期", sample="2026年11月3日"),
    "办理期限": Slot(says="法定或承诺的期限", sample="10个工作日"),
    "办结日期": Slot(says="期限届满的日期", sample="2026年11月17日"),
    "材料清单": Slot(says="收到的材料，逐项列出", sample=("居民身份证复印件", "救助申请书")),
    "问题清单": Slot(
        says="需要补正的全部内容，逐项列出",
        sample=("居民身份证：反面没有扫描", "救助申请书：缺少本人签名"),
    ),
    "补正期限": Slot(says="补正的最后一天", sample="2026年11月20日"),
    "理由": Slot(says="事实和理由", sample="申请人的户籍不在本县"),
    "依据": Slot(says="法律依据", sample="《社会救助暂行办法》第四十八条"),
    "救济途径": Slot(
        says="复议和诉讼的权利、期限和受理机关",
        sample="如不服本决定，可以自收到之日起六十日内申请行政复议，或者在六个月内提起行政诉讼。",
    ),
    "去向": Slot(says="应当向哪个机关申请，或转往哪个机关", sample="样例市民政局"),
    "延期后日期": Slot(says="延期以后期限届满的日期", sample="2026年12月1日"),
    "缴费清单": Slot(says="逐项收费和计算", sample=("不动产登记费：80.00 元", "工本费：10.00 元")),
    "金额": Slot(says="应缴总额", sample="90.00 元"),
    "缴款识别码": Slot(says="缴款识别码", sample="45142326000000000012"),
    "缴费期限": Slot(says="缴费的最后一天", sample="2026年11月30日"),
    "送达文书": Slot(says="送达的文书和文号", sample="受理通知书（样民受字〔2026〕第 12 号）"),
    "受送达人": Slot(says="送达给谁", sample="样福丽"),
    "经办人": Slot(says="经办人姓名", sample="黎样明"),
    "联系电话": Slot(says="可以打来问的电话", sample="0771-8810000"),
    "办理地点": Slot(says="在哪里办理", sample="县政务服务中心 3 号窗口"),
}
OF_NUMBER = frozenset(("年份", "序号"))  # of the line with the number, and of nothing else
_WHO = frozenset(("申请人", "事项"))
REQUIRED: Mapping[DocumentKind, frozenset[str]] = {
    DocumentKind.RECEIPT: _WHO | {"办件编号", "收件日期", "材料清单"},
    DocumentKind.ACCEPTED: _WHO | {"办件编号", "受理日期", "办理期限"},
    DocumentKind.CORRECTION: _WHO | {"问题清单", "补正期限"},
    DocumentKind.NOT_ACCEPTED: _WHO | {"理由", "救济途径"},
    DocumentKind.APPROVED: _WHO | {"依据"},
    DocumentKind.REFUSED: _WHO | {"理由", "救济途径"},
    DocumentKind.TRANSFERRED: _WHO | {"去向"},
    DocumentKind.EXTENDED: _WHO | {"理由", "延期后日期"},
    DocumentKind.DELIVERY: frozenset(("事项", "送达文书", "受送达人")),
    DocumentKind.PAYMENT: _WHO | {"缴费清单", "金额"},
}
"""What each document must say: a template without it is refused, a case without it gets none."""
