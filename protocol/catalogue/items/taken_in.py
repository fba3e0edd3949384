"""Whether what is said of how an application was taken in fits its item and what came with it.

One check, for station and county alike.

Source: docs/protocol.md section 6.
"""

from collections.abc import Iterator, Sequence

from protocol.catalogue.items.materials import LATER
from protocol.catalogue.items.model import Item
from protocol.errors.clerk import TakenInError
from protocol.records.taken_in import Mode, SignedHow, TakenIn, wrong_pages


def check_taken_in(item: Item, taken: TakenIn | None, attached: Sequence[str]) -> None:
    """Check it against the item and the attachments.

    Args:
        taken: None: nothing was said, which is always right.
        attached: ids of materials, one for each file.

    Raises:
        TakenInError: everything that does not fit is named.
    """
    if taken is not None and (wrong := list(_wrong(item, taken, attached))):
        raise TakenInError("；".join(wrong))


def owed_ids(item: Item, taken: TakenIn | None) -> tuple[str, ...]:
    """Of the papers that are owed those that may follow later, as the promises that stand for them.

    The item says so; the others are missing like any paper that did not come.
    """
    owed = (item.material(one.material) for one in taken.owed) if taken else ()
    return tuple(f"{one.id}.{LATER}" for one in owed if one is not None and one.later is not None)


def _wrong(item: Item, taken: TakenIn, attached: Sequence[str]) -> Iterator[str]:
    if taken.checker and taken.checker == taken.clerk:
        yield "复核人和受理人不能是同一个人"
    if taken.checker and not taken.clerk:
        yield "有复核人，没有受理人"
    if taken.elsewhere and taken.mode is not Mode.ASSIST:
        yield "只有协办才写其他系统的编号"
    if taken.done and taken.mode is not Mode.DIRECT:
        yield "只有直办才写村里办的结果"
    yield from _wrong_signed(taken, attached)
    yield from _wrong_owed(item, taken)
    yield from wrong_pages(taken.pages, attached)


def _wrong_signed(taken: TakenIn, attached: Sequence[str]) -> Iterator[str]:
    signed = taken.signed
    if signed is None:
        return
    if signed.how is SignedHow.UNSIGNED and (signed.witness or signed.material):
        yield "没有签字的不写见证人和照片"
    if signed.how is SignedHow.PRINT and not signed.witness:
        yield "捺印的要写见证人"
    if signed.witness and signed.witness == taken.clerk:
        yield "见证人不能是受理人本人"
    if signed.material and signed.material not in attached:
        yield f"签字的照片 {signed.material} 没有附上"


def _wrong_owed(item: Item, taken: TakenIn) -> Iterator[str]:
    names = [one.material for one in taken.owed]
    for name in names:
        found = item.material(name)
        if found is None or found.id != name or found.stands_for:
            yield f"后补的材料 {name} 不是该事项的材料"
    if len(set(names)) < len(names):
        yield "同一种材料写了两次后补"
