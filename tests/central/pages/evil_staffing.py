"""Departments that an enemy set up: every name is hostile."""

from datetime import date

from central.county.departments.staffing import (
    Delegation,
    Department,
    Person,
    Post,
    Power,
    Seat,
    ServiceWindow,
    Staffing,
    Substitution,
)
from tests.central.pages.evil import EVIL

EVIL_CODE = "M01"
_OTHER, _FAR = f"{EVIL} 2", date(2999, 1, 1)


def evil_staffing() -> Staffing:
    """One department with one of everything."""
    given = Delegation(
        number=1,
        instrument=EVIL,
        department=EVIL_CODE,
        person=EVIL,
        powers=frozenset(Power),
        items=frozenset({EVIL}),
        start=date(2020, 1, 1),
        until=_FAR,
        deputy=_OTHER,
        entered_by=EVIL,
    )
    return Staffing(
        departments=(Department(code=EVIL_CODE, name=EVIL, aliases=(_OTHER,), phone=EVIL),),
        windows=(ServiceWindow(department=EVIL_CODE, name=EVIL),),
        posts=(
            Post(
                department=EVIL_CODE,
                name=EVIL,
                aliases=(_OTHER,),
                powers=frozenset(Power),
                window=EVIL,
            ),
        ),
        persons=(Person(name=EVIL, away_until=_FAR), Person(name=_OTHER)),
        seats=(Seat(department=EVIL_CODE, post=EVIL, person=EVIL),),
        substitutions=(
            Substitution(person=EVIL, substitute=_OTHER, start=date(2020, 1, 1), until=_FAR),
        ),
        delegations=(given,),
    )


def evil_table() -> bytes:
    """A table that names what is not there yet."""
    cell = '"' + f"{EVIL} 3".replace('"', '""') + '"'
    return f"部门编码,部门,窗口,岗位,人员\nX1,{cell},{cell},{cell},{cell}\n".encode()
