"""Cards and lights of a county some days later, for pictures."""

from dataclasses import replace

from central.county.county import County
from central.county.supervision.calls import ListCards


async def looked_at(county: County) -> list[str]:
    """The clock looks; one card is answered and appealed against: the numbers of two."""
    await replace(county.supervision.watch, believed=lambda: True).look()
    red, other, *_ = (await county.supervision.cards.list(ListCards(rung="red"))).cards
    for kind, words, by in (
        ("replied", "经办人外出培训，已安排代班，今天办结。", "陆经办"),
        ("returned", "没有说明为什么没有代班。", "农秀英"),
        ("replied", "代班表漏登记，已补上。", "陆经办"),
        ("appealed", "申请材料 28 日才到县里。", "陆经办"),
    ):
        await county.supervision.cards.say(red.card, kind, words, by)
    return [str(red.card), str(other.card)]
