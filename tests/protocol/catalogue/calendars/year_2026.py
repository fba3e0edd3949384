"""The State Council's arrangements that the vectors need, typed from the notices."""

from protocol.catalogue.calendars.workdays import Calendar, read_calendar

_2025 = {
    "off": {f"10-{day:02}": "国庆节" for day in range(1, 9)},
    "work": {"09-28": "国庆节", "10-11": "国庆节"},
}
_2026 = {
    "off": {
        **{f"01-{day:02}": "元旦" for day in range(1, 4)},
        **{f"02-{day:02}": "春节" for day in range(15, 24)},
        **{f"04-{day:02}": "清明节" for day in range(4, 7)},
        **{f"05-{day:02}": "劳动节" for day in range(1, 6)},
        **{f"06-{day:02}": "端午节" for day in range(19, 22)},
        **{f"09-{day:02}": "中秋节" for day in range(25, 28)},
        **{f"10-{day:02}": "国庆节" for day in range(1, 8)},
    },
    "work": {
        "01-04": "元旦",
        "02-14": "春节",
        "02-28": "春节",
        "05-09": "劳动节",
        "09-20": "国庆节",
        "10-10": "国庆节",
    },
}
RAW = {"years": {"2025": _2025, "2026": _2026}}
CALENDAR: Calendar = read_calendar(RAW)
