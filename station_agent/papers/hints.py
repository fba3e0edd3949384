"""What the catalogue says of scanning a material, as far as a program can follow it.

Source: docs/catalogue.md, "Materials".
"""

import re

from station_agent.papers.limits import MAX_EDGE
from station_agent.papers.wanted import Wanted

_DPI = re.compile(r"(\d{2,4})\s*dpi", re.IGNORECASE)
_GRAY = ("灰度", "黑白")
_A4_INCHES = 11.7  # its longer edge
_LEAST_DPI, _MOST_DPI = 75, 300


def wanted_of(hint: str, max_bytes: int) -> Wanted:
    """How a page is kept: ``200 dpi``, ``灰度`` and ``黑白`` count; all else is for people.

    Args:
        max_bytes: of the file, as the item says.
    """
    found = _DPI.search(hint)
    dpi = min(max(int(found[1]), _LEAST_DPI), _MOST_DPI) if found else 0
    return Wanted(
        edge=round(dpi * _A4_INCHES) if dpi else MAX_EDGE,
        gray=any(word in hint for word in _GRAY),
        max_bytes=max_bytes,
    )
