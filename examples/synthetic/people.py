"""People who do not exist, living in villages that do."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

ROSTER = Path(__file__).parents[1] / "longzhou" / "roster.csv"

_SURNAMES = "例样拟试虚仿稿谱描摹"  # words for "sample", so that nobody is met by chance
_GIVEN = "春夏秋冬山川河江木林梅兰竹菊玉珍金银福禄寿喜平安康宁文武明亮志远国家建新丽芳秀英"
_HAMLETS = (
    "那造",
    "板卜",
    "弄农",
    "岜发",
    "陇古",
    "驮宜",
    "百细",
    "念旺",
    "逐立",
    "布怀",
    "埂河",
    "叫横",
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One village station's area."""

    code: str  # 12 digits
    county: str
    township: str
    village: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a form asks about somebody."""

    name: str
    resident_id: str  # valid by GB 11643, birth year 1880..1899
    mobile: str  # 1990000dddd
    address: str
    bank_card: str  # 19 digits, Luhn, issuer 000000 that no bank has
    place: Place


def read_places(roster: Path) -> tuple[Place, ...]:
    """Return all villages of a roster file with columns code, name, role, parent."""
    with roster.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    stations = (row for row in rows.values() if row["role"] == "station")
    return tuple(_place(row, hub=rows[row["parent"]], rows=rows) for row in stations)


@cache
def places() -> tuple[Place, ...]:
    """Return the villages of the sample county."""
    return read_places(ROSTER)


def make_person(rng: Random, villages: tuple[Place, ...] | None = None) -> Person:
    """Return one more person, from one of ``villages`` (default: the whole sample county)."""
    place = rng.choice(villages or places())
    return Person(
        name=rng.choice(_SURNAMES) + _given_name(rng),
        resident_id=_resident_id(rng, area=place.code[:6]),
        mobile=f"1990000{rng.randrange(10_000):04}",
        address=_address(rng, place),
        bank_card=_bank_card(rng),
        place=place,
    )


def make_relative(rng: Random, person: Person) -> Person:
    """Return somebody of the same surname and address with papers of their own."""
    other = make_person(rng, (person.place,))
    return replace(other, name=person.name[0] + other.name[1:], address=person.address)


def id_check_character(first17: str) -> str:
    """Return the 18th character of a resident id. Source: GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def _place(row: dict[str, str], *, hub: dict[str, str], rows: dict[str, dict[str, str]]) -> Place:
    village = row["name"].removesuffix("居委会").removesuffix("委会")
    county = rows[hub["parent"]]["name"]
    return Place(code=row["code"], county=county, township=hub["name"], village=village)


def _given_name(rng: Random) -> str:
    return "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))


def _resident_id(rng: Random, *, area: str) -> str:
    year, month, day = rng.randint(1880, 1899), rng.randint(1, 12), rng.randint(1, 28)
    first17 = f"{area}{year}{month:02}{day:02}{rng.randrange(1000):03}"
    return first17 + id_check_character(first17)


def _address(rng: Random, place: Place) -> str:
    hamlet, number = rng.choice(_HAMLETS), rng.randint(1, 120)
    lane = "屯" if place.village.endswith("村") else "巷"
    return f"{place.county}{place.township}{place.village}{hamlet}{lane}{number}号"


def _bank_card(rng: Random) -> str:
    body = f"000000{rng.randrange(10**12):012}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[1::2])
    plain = sum(int(digit) for digit in body[0::2])
    return body + str(-(doubled + plain) % 10)
