"""What is asked of fees at the county and can't be done."""

from protocol.errors.office import CaseError


class PayError(CaseError):
    """Base class of what is wrong with a fee of a case."""

    code = "pay"


class PayNotNowError(PayError):
    """The fee of this case is not ready for that."""

    code = "pay.not-now"
    zh = "这件的费用现在不能这样办，什么都没有改动。"


class PayReliefError(PayError):
    """The rules of the item give no relief for this evidence."""

    code = "pay.relief"
    zh = "按收费规则，这份材料不能减免，应缴金额不变。"


class PayWordsError(PayError):
    """A ground or a person is missing, or too long."""

    code = "pay.words"
    zh = "请写明（最多 100 字）："


class PayOwnError(PayError):
    """Whoever made the notice, or took the money, does not approve the relief."""

    code = "pay.own"
    zh = "开具缴费通知或收款的人不能自己准予减免，请另一人准予："
