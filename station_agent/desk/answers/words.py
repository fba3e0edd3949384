"""What answers and the ways of handing them over are called; templates translate it."""

from collections.abc import Mapping

from protocol.records.followups import Delivered, Way

KINDS: Mapping[str, str] = {
    "decided": "县里的决定",
    "returned": "县里要求补正",
    "rejected": "县里没有收下",
    "document": "文书",
}
WAYS: Mapping[str, str] = {  # as the form says them: what, then how
    "handed-over in-person": "当面交给本人",
    "handed-over agent": "交给代办人",
    "handed-over post": "邮寄",
    "handed-over refused": "拒收，留在那里",
    "told in-person": "当面告知本人",
    "told telephone": "电话告知",
    "told agent": "告知代办人",
}
WORDS = (*KINDS.values(), *WAYS.values())


def way_words(what: Delivered, way: Way) -> str:
    """How somebody was told or got it; as it was said where the form does not know it."""
    return WAYS.get(f"{what.value} {way.value}", f"{what.value} {way.value}")
