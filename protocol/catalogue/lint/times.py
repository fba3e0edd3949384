"""Limits: what is promised can be kept, and nothing is promised later than the law allows.

Source: docs/lint.md.
"""

from collections.abc import Iterator

from protocol.catalogue.calendars.due import Limit, Unit
from protocol.catalogue.items.handling import LICENCE
from protocol.catalogue.lint.look import Fault, Look, limit_of, text_at

_WEEK = 5  # working days
_HOLIDAYS = 16  # days: Spring Festival and National Day
_AT_ONCE = "1"  # 即办件 (GB/T 39046 A.6)
_PROMISED = "2"  # 承诺件
_HOURS = {Unit.DAYS: 24, Unit.HOURS: 1}
_OUTSIDE = {"assessment"}  # by others: does not count in the limit


def promise_over_law(look: Look) -> Iterator[Fault]:
    """The law allows less than is promised."""
    legal, promised = look.limit("limits", "legal"), look.limit("limits", "promised")
    if legal and promised and surely_longer(promised, legal):
        yield "limits.promised", f"承诺{promised}，法定只有{legal}"


def units_differ(look: Look) -> Iterator[Fault]:
    """Nobody can compare them, nor promise anything by it."""
    legal, promised = look.limit("limits", "legal"), look.limit("limits", "promised")
    if legal and promised and legal.unit is not promised.unit:
        yield "limits.promised", f"承诺用{promised}，法定用{legal}，单位不同，难以比较"


def nodes_over_promise(look: Look) -> Iterator[Fault]:
    """The steps together take longer than the whole may."""
    promised = look.limit("limits", "promised") or look.limit("limits", "legal")
    sums: dict[Unit, int] = {}
    for _, node in look.rows("flow"):
        if (limit := limit_of(text_at(node, "limit"))) and _counts(look, text_at(node, "kind")):
            sums[limit.unit] = sums.get(limit.unit, 0) + limit.count
    for unit, count in sums.items():
        if promised and _too_long(count, unit, promised):
            whole = Limit(count=1, unit=unit)
            yield "flow", f"各环节合计{count}{str(whole)[1:]}，超过时限{promised}"


def publicity_over_promise(look: Look) -> Iterator[Fault]:
    """The publicity window alone takes longer than the whole may."""
    window, promised = look.limit("publicity", "window"), look.limit("limits", "promised")
    publicity = look.raw.get("publicity")
    counts = isinstance(publicity, dict) and publicity.get("counts") is True
    if window and promised and counts and surely_longer(window, promised):
        yield "publicity.window", f"公示{window}计入时限，却超过承诺的{promised}"


def no_limit(look: Look) -> Iterator[Fault]:
    """Nobody is told how long it takes."""
    for key, words in (("legal", "法定"), ("promised", "承诺")):
        if not look.text("limits", key):
            yield f"limits.{key}", f"没有{words}办结时限"


def no_limit_basis(look: Look) -> Iterator[Fault]:
    """A legal limit without the law."""
    if look.text("limits", "legal") and not look.raw["limits"].get("legal_basis"):
        yield "limits.legal_basis", "写了法定时限，没有写依据"


def at_once_but_later(look: Look) -> Iterator[Fault]:
    """An item that is done at once has no limit of days."""
    promised = look.limit("limits", "promised")
    if look.text("case_type") in (_AT_ONCE, "即办件") and promised and not _is_at_once(promised):
        yield "limits.promised", f"是即办件，却承诺{promised}"


def promised_at_once(look: Look) -> Iterator[Fault]:
    """What takes a day at most is done at once."""
    promised = look.limit("limits", "promised")
    known = look.text("case_type") in (_PROMISED, "承诺件")
    if known and promised and promised.unit is Unit.HOURS and promised.count <= _HOURS[Unit.DAYS]:
        yield "case_type", f"承诺{promised}办结，却登记为承诺件"


def urgent_in_days(look: Look) -> Iterator[Fault]:
    """Hours run through holidays; working days would let an emergency wait."""
    promised = look.limit("limits", "promised")
    if look.raw.get("urgent") is True and promised and promised.unit is Unit.WORKING_DAYS:
        yield "limits.promised", f"是急办事项，时限却用{promised}，遇长假会拖延"


def later_after_promise(look: Look) -> Iterator[Fault]:
    """A paper that may follow later comes after the decision."""
    promised = look.limit("limits", "promised")
    for place, material in look.materials:
        later = limit_of(text_at(material, "later", "limit"))
        if material.get("at_once") is True:
            continue
        if later and promised and surely_longer(later, promised):
            yield f"{place}.later.limit", f"可以容缺{later}后补，晚于承诺的{promised}"


def default_without_law(look: Look) -> Iterator[Fault]:
    """Silence accepts licences; another item needs a law that says so."""
    if _says(look, "by_default", wanted=True) and not _is_licence(look) and not _has_basis(look):
        yield "handling.by_default", "不是行政许可，写了逾期视为受理，却没有设定依据"


def licence_without_default(look: Look) -> Iterator[Fault]:
    """Nobody can take from an applicant for a licence what the law gives."""
    if _says(look, "by_default", wanted=False) and _is_licence(look):
        yield "handling.by_default", "行政许可事项写明逾期不视为受理，与行政许可法第三十二条不符"


def extension_over_law(look: Look) -> Iterator[Fault]:
    """It may be made longer than the law allows in the first place."""
    whole = look.limit("limits", "legal") or look.limit("limits", "promised")
    extend = look.limit("handling", "extend")
    if extend and whole and surely_longer(extend, whole):
        yield "handling.extend", f"可以延长{extend}，比时限{whole}还长"


def acceptance_over_promise(look: Look) -> Iterator[Fault]:
    """Saying whether it is accepted may take longer than all the rest."""
    accept, promised = look.limit("handling", "accept"), look.limit("limits", "promised")
    if accept and promised and surely_longer(accept, promised):
        yield "handling.accept", f"受理期限{accept}，超过承诺的{promised}"


def first_but_not_urgent(look: Look) -> Iterator[Fault]:
    """Help in an emergency that does not travel in the urgent lane."""
    if look.text("handling", "papers") and look.raw.get("urgent") is not True:
        yield "handling.papers", "写了先行救助，却不是急办事项"


def surely_longer(one: Limit, other: Limit) -> bool:
    """Whether ``one`` ends after ``other`` whenever both begin on the same day."""
    if one.unit is other.unit:
        return one.count > other.count
    return _least_hours(one) > _most_hours(other)


def _says(look: Look, key: str, *, wanted: bool) -> bool:
    handling = look.raw.get("handling")
    return isinstance(handling, dict) and handling.get(key) is wanted


def _is_licence(look: Look) -> bool:
    return look.text("type") == LICENCE


def _has_basis(look: Look) -> bool:
    return bool(list(look.rows("legal_basis")))


def _least_hours(limit: Limit) -> int:
    if limit.unit is Unit.WORKING_DAYS:  # each full week that is passed has a weekend
        return 24 * (limit.count + 2 * ((limit.count - 1) // _WEEK))
    return _HOURS[limit.unit] * limit.count


def _most_hours(limit: Limit) -> int:
    if limit.unit is Unit.WORKING_DAYS:  # weekends, and the two longest holidays
        return 24 * (2 * limit.count + _HOLIDAYS)
    return _HOURS[limit.unit] * limit.count


def _too_long(count: int, unit: Unit, promised: Limit) -> bool:
    try:
        return surely_longer(Limit(count=count, unit=unit), promised)
    except ValueError:  # longer than any limit may be
        return True


def _counts(look: Look, kind: str) -> bool:
    if kind == "publicity":
        publicity = look.raw.get("publicity")
        return isinstance(publicity, dict) and publicity.get("counts") is True
    return kind not in _OUTSIDE


def _is_at_once(promised: Limit) -> bool:
    return _least_hours(promised) <= _HOURS[Unit.DAYS]
