"""Papers that may come later (容缺), as the village proposed them: each granted or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.county.casework.calls import CaseShown
from central.county.flows.pages.marking import Form
from protocol.errors.casework import StepFieldsError

GRANT, REFUSE = "grant", "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A paper that the applicant promised to bring."""

    material: str
    title: str
    until: str  # day
    word: str = ""  # GRANT, REFUSE, or empty: nothing was said yet


def promises_of(found: CaseShown, form: Form) -> list[Promise]:
    """Those of a case, with what was said of each."""
    return [
        Promise(
            material=one.material,
            title=found.materials.get(one.material, one.material),
            until=str(form.get(f"until.{one.material}", one.until)).strip(),
            word=str(form.get(f"owed.{one.material}", "")),
        )
        for one in (found.case.taken.owed if found.case.taken else ())
    ]


def granted(promises: Sequence[Promise]) -> list[Mapping[str, str]]:
    """What may come later, as the event has it.

    Raises:
        StepFieldsError: of one nothing was said, or no day.
    """
    for one in promises:
        if one.word not in {GRANT, REFUSE}:
            raise StepFieldsError(f"“{one.title}”：请选准予容缺还是不准")
        if one.word == GRANT and not one.until:
            raise StepFieldsError(f"“{one.title}”：请写最迟哪天补交")
    return [{"material": one.material, "until": one.until} for one in promises if one.word == GRANT]


def refused(promises: Sequence[Promise]) -> list[str]:
    """Papers without which the case is not accepted."""
    return [one.material for one in promises if one.word == REFUSE]
