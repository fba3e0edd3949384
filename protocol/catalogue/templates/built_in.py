"""Templates of a county that has none of its own: version 0.

A paragraph whose facts a case does not have is left out, unless the document must say them. Nobody
is addressed in the text: the person or unit stands in the first line (docs/documents.md).

Source: docs/documents.md; 行政许可法 articles 29 to 45.
"""

from collections.abc import Mapping

from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.catalogue.templates.template import Template

_TO = "{申请人}："
_WHO = "证件号码：{证件号码}"
_ASK = "联系人：{经办人}"
_PHONE = "联系电话：{联系电话}"
_PLACE = "办理地点：{办理地点}"
_NUMBER = "办件编号：{办件编号}"
_END = "特此告知。"
_REMEDY = "{救济途径}"


def _made(kind: DocumentKind, mark: str, *body: str) -> Template:
    title = KIND_WORDS[kind]
    return Template(title=title, number=f"{{简称}}{mark}字〔{{年份}}〕第 {{序号}} 号", body=body)


BUILT_IN: Mapping[DocumentKind, Template] = {
    DocumentKind.RECEIPT: _made(
        DocumentKind.RECEIPT,
        "收",
        _TO,
        "关于“{事项}”的申请，我机关已于{收件日期}收到以下材料：",
        "{材料清单}",
        _NUMBER,
        _WHO,
        "是否受理，将另行书面告知。本凭证不代表已经受理。",
        _ASK,
        _PHONE,
    ),
    DocumentKind.ACCEPTED: _made(
        DocumentKind.ACCEPTED,
        "受",
        _TO,
        "关于“{事项}”的申请，经审查，申请材料合乎规定，我机关于{受理日期}予以受理。",
        "办理期限为{办理期限}，自受理之日的次日起计算。",
        "期限届满的日期：{办结日期}",
        "收到的材料：",
        "{材料清单}",
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
        _PLACE,
    ),
    DocumentKind.CORRECTION: _made(
        DocumentKind.CORRECTION,
        "补",
        _TO,
        "关于“{事项}”的申请，经审查，申请材料有缺漏或者不符合法定形式。需要补正的全部内容一次告知如下：",
        "{问题清单}",
        "请在{补正期限}以前补正。补正齐全以后，办理期限自材料补齐之日的次日起计算。",
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
        _PLACE,
    ),
    DocumentKind.NOT_ACCEPTED: _made(
        DocumentKind.NOT_ACCEPTED,
        "不受",
        _TO,
        "关于“{事项}”的申请，经审查，我机关决定不予受理。",
        "理由：{理由}",
        "依据：{依据}",
        "可以向{去向}提出申请。",
        _REMEDY,
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
    ),
    DocumentKind.APPROVED: _made(
        DocumentKind.APPROVED,
        "准",
        _TO,
        "关于“{事项}”的申请，经审查，符合{依据}的规定，我机关决定准予。",
        "理由：{理由}",
        _REMEDY,
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
    ),
    DocumentKind.REFUSED: _made(
        DocumentKind.REFUSED,
        "不准",
        _TO,
        "关于“{事项}”的申请，经审查，我机关决定不予准许。",
        "理由：{理由}",
        "依据：{依据}",
        _REMEDY,
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
    ),
    DocumentKind.TRANSFERRED: _made(
        DocumentKind.TRANSFERRED,
        "转",
        _TO,
        "关于“{事项}”的申请，已转{去向}办理。",
        "理由：{理由}",
        "办理期限：{办理期限}",
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
        _END,
    ),
    DocumentKind.EXTENDED: _made(
        DocumentKind.EXTENDED,
        "延",
        _TO,
        "关于“{事项}”的申请，不能在原定期限内办结。经本机关负责人决定，办理期限延长至{延期后日期}。",
        "理由：{理由}",
        "依据：{依据}",
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
        _END,
    ),
    DocumentKind.DELIVERY: _made(
        DocumentKind.DELIVERY,
        "送",
        "办理的事项：{事项}",
        _NUMBER,
        "送达的文书：{送达文书}",
        "受送达人：{受送达人}",
        "送达地点：{办理地点}",
        "受送达人签名或者盖章：＿＿＿＿＿＿＿＿＿＿",
        "收到日期：＿＿＿＿年＿＿月＿＿日",
        "代收人签名、与受送达人的关系：＿＿＿＿＿＿＿＿＿＿",
        "拒收的事由：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿",
        "见证人签名：＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿＿",
        "送达人：{经办人}",
    ),
    DocumentKind.PAYMENT: _made(
        DocumentKind.PAYMENT,
        "缴",
        _TO,
        "办理“{事项}”，应当缴纳以下费用：",
        "{缴费清单}",
        "合计：{金额}",
        "缴款识别码：{缴款识别码}",
        "请在{缴费期限}以前缴纳。",
        "收费依据：{依据}",
        _NUMBER,
        _WHO,
        _ASK,
        _PHONE,
    ),
}
