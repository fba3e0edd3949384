"""What is asked of supervision and can't be done."""

from protocol.errors.office import CaseError


class CardError(CaseError):
    """Base class of what is wrong with a card."""

    code = "card"


class CardUnknownError(CardError):
    """No such card."""

    code = "card.unknown"
    zh = "没有这张督办单，请核对监察编号："


class CardStateError(CardError):
    """This can't be said to the card now."""

    code = "card.not-now"
    zh = "这张督办单现在不能这样办，什么都没有改动。它的状态："


class CardOwnError(CardError):
    """Whoever answered a card does not say whether the answer is good."""

    code = "card.own"
    zh = "答复人不能核实自己的答复，请另一人核实："


class CardWordsError(CardError):
    """Nothing is said to a card without words."""

    code = "card.words"
    zh = "请写明内容，最多 4000 字："
