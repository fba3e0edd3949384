"""How pages say sizes, ages and times: short, and the same everywhere. All times are Beijing's."""

from datetime import UTC, datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1024

AGES = {"zh": ("刚刚", "分钟", "小时", "天"), "en": ("just now", " min", " h", " d")}


def size(count: int | None) -> str:
    """Bytes as people say them: ``1.4 MB``; a dash if there is none."""
    if count is None:
        return "—"
    value, unit = float(count), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def age(seconds: float | None, language: str) -> str:
    """How long ago or how long already: ``3 小时``; a dash if unknown."""
    if seconds is None:
        return "—"
    now, minutes, hours, days = AGES[language]
    whole = max(0, int(seconds))
    if whole < _MINUTE_S:
        return now
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}{minutes if language == 'en' else ' ' + minutes}"
    if whole < 2 * _DAY_S:
        return f"{whole // _HOUR_S}{hours if language == 'en' else ' ' + hours}"
    return f"{whole // _DAY_S}{days if language == 'en' else ' ' + days}"


def span(seconds: float, language: str) -> str:
    """How long something takes or is off: ``40 秒``, ``3 小时``."""
    if seconds < _MINUTE_S:
        return f"{round(seconds)}{' s' if language == 'en' else ' 秒'}"
    return age(seconds, language)


def moment(at_ms: int | None) -> str:
    """A time of day in Beijing, ``2026-11-27 09:30``; a dash if unknown."""
    return _written(at_ms, "%Y-%m-%d %H:%M")


def second(at_ms: int | None) -> str:
    """The same to the second, for what has just happened: ``09:30:05``."""
    return _written(at_ms, "%H:%M:%S")


def _written(at_ms: int | None, how: str) -> str:
    if at_ms is None:
        return "—"
    try:
        at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(_BEIJING)
    except (OverflowError, ValueError, OSError):  # a clock that was never right
        return "—"
    return at.strftime(how)
