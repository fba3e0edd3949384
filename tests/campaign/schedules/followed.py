"""What a clerk sends after applications while these travel, and letters; chance of its own.

Half of all schedules have some. They are put in between what the seed stands for anyway.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.campaign.power import Moment

KINDS = ("supplement", "withdrawal", "telling", "rating", "letter")
_SHARE = 0.5  # of all schedules
_SALT = 3 << 40  # the schedule itself is drawn from the seed
_MOST = 5  # in one schedule
_DARK, _AGAIN = 0.12, 0.15  # of them: the power goes meanwhile; an earlier one is sent again
_SIZES = (0, 0, 300, 70_000)  # bytes of a file; a supplement has one


@dataclass(frozen=True, slots=True)
class Follow:
    """The clerk at ``pc`` sends something about the ``number``-th application of that station.

    A letter of an odd number is about none. ``again``: the ``number``-th that was sent there
    before, with the same words under the same id. ``moment``: the power goes while it is sealed.
    """

    pc: str
    kind: str = "rating"  # of KINDS
    number: int = 0
    size: int = 0  # bytes of its file; 0: none, but for a supplement
    again: bool = False
    moment: str = ""


def with_followed(schedule: Sequence[Any], pcs: Sequence[str], seed: int) -> list[Any]:
    """``schedule`` of ``seed``, with what the clerks send after applications, if anything."""
    chance, found = random.Random(seed + _SALT), list(schedule)
    if chance.random() >= _SHARE:
        return found
    for _ in range(chance.randint(1, _MOST)):
        found.insert(chance.randint(1, len(found)), _drawn(chance, chance.choice(pcs)))
    return found


def _drawn(chance: random.Random, pc: str) -> Follow:
    kind, roll = chance.choice(KINDS), chance.random()
    return Follow(
        pc,
        kind,
        chance.randrange(6),
        chance.choice(_SIZES),
        again=_DARK <= roll < _DARK + _AGAIN,
        moment=chance.choice([one.value for one in Moment]) if roll < _DARK else "",
    )
