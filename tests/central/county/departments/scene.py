"""A small county: two departments, some posts, and people in them."""

from datetime import date
from typing import Any

from central.county.departments.asking import Question
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

DAY = date(2026, 3, 2)
CIVIL, SOCIAL = "M01", "R01"
CIVIL_NAME, WINDOW_POST, CHIEF_POST = "县民政局", "县民政局窗口经办", "县民政局首席代表"
ITEM = "low-income"
FRONT = frozenset({Power.ACCEPT, Power.REVIEW})
ALL = frozenset(Power)


def day(number: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, number)


def asked(
    power: Power = Power.REVIEW,
    *,
    post: str = WINDOW_POST,
    on: date = DAY,
    item: str = ITEM,
    department: str = CIVIL_NAME,
) -> Question:
    """A step of a case of the civil affairs department."""
    return Question(department=department, post=post, power=power, item=item, day=on)


def delegation(person: str = "黄代表", **more: Any) -> Delegation:
    """A chief representative's, for all of March."""
    values: dict[str, Any] = {
        "number": 0,
        "instrument": "龙民授〔2026〕1号",
        "department": CIVIL,
        "person": person,
        "powers": ALL,
        "start": day(1),
        "until": day(31),
    }
    return Delegation(**values | more)


def staffing(**more: Any) -> Staffing:
    """黄代表 and two clerks in one department, one clerk in the other, 大厅 in none."""
    values: dict[str, Any] = {
        "departments": (
            Department(code=CIVIL, name=CIVIL_NAME, phone="0771-8810001"),
            Department(code=SOCIAL, name="县人力资源和社会保障局"),
        ),
        "windows": (ServiceWindow(department=CIVIL, name="3号窗口"),),
        "posts": (
            Post(department=CIVIL, name=WINDOW_POST, powers=FRONT, window="3号窗口"),
            Post(department=CIVIL, name=CHIEF_POST, powers=frozenset({Power.ACCEPT})),
            Post(department=SOCIAL, name="社保窗口", powers=ALL),
        ),
        "persons": tuple(Person(name=one) for one in ("农经办", "韦经办", "黄代表", "陆社保")),
        "seats": (
            Seat(department=CIVIL, post=WINDOW_POST, person="农经办"),
            Seat(department=CIVIL, post=CHIEF_POST, person="黄代表"),
            Seat(department=SOCIAL, post="社保窗口", person="陆社保"),
        ),
        "able": frozenset({"农经办", "韦经办", "黄代表", "陆社保", "大厅"}),
    }
    return Staffing(**values | more)


def away(*names: str, until: date = DAY) -> dict[str, Any]:
    """These are away."""
    return {
        "persons": tuple(
            Person(name=one, away_until=until if one in names else None)
            for one in ("农经办", "韦经办", "黄代表", "陆社保")
        )
    }


def stands_in(by: str, person: str = "农经办", first: int = 1, last: int = 5) -> Substitution:
    """Somebody stands in for some days of March."""
    return Substitution(person=person, substitute=by, start=day(first), until=day(last))
