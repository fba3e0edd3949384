"""What silence does to a case: pure, as the clock lets it happen.

Source: docs/clocks.md, "What the clock does".
"""

from collections.abc import Iterator, Sequence

from central.county.supervision.firing import Looked
from protocol.casework.clocks import Running, What, moved
from protocol.casework.events.handling import OpinionRecalled, PaperMissed, PublicityEnded
from protocol.casework.events.log import AnyBody
from protocol.casework.events.opening import AcceptedByDefault, Lapsed
from protocol.casework.lights import is_over
from protocol.catalogue.items.handling import Silence

_NO_ANSWER = "期满未答复，不再等待，不视为赞成"


def happenings(case: Looked, release: int) -> list[AnyBody]:
    """What happens to a case now because nobody did anything; each once, as its state moves on.

    Args:
        release: the newest, whose calendar counts for what is not bound to another.
    """
    over = [one for one in case.runs if is_over(one, case.now)]
    dates = moved(case.status, case.rules, case.calendars, release, case.now)
    return [*dates, *_by_silence(case, over, release)]


def _by_silence(case: Looked, over: Sequence[Running], release: int) -> Iterator[AnyBody]:
    handling = case.rules.handling
    for one in over:
        match one.budget.what:
            case What.ACCEPTANCE if handling.by_default:
                yield AcceptedByDefault(
                    node=case.rules.first,
                    calendar=release,
                    note=f"{one.latest} 前没有告知，自收到之日起视为受理",
                )
            case What.CORRECTION if handling.lapses:
                yield Lapsed()
            case What.PAPERS:
                yield PaperMissed(material=one.budget.name)
            case What.PUBLICITY:
                yield PublicityEnded()
            case What.OPINION if handling.silence is Silence.GO_ON:
                yield OpinionRecalled(department=one.budget.name, note=_NO_ANSWER)
            case _:
                continue
