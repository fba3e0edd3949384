"""One file that verifies slips without a network: for whoever has no station, hub or county.

It opens in any browser of 2020 or later, from a stick or a telephone's memory. The keys of all
stations stand in it, as the roster has them now; it is as good as the way by which it came.

Source: docs/operations.md, "Slips"; docs/protocol.md section 9.8.
"""

import json

from protocol.trust.roster import Role, Roster

NAME = "yizhan-slips.html"


def slip_page(roster: Roster) -> bytes:
    """The file, in UTF-8; Chinese, or English at a click."""
    from importlib.resources import files  # noqa: PLC0415 - 0.6 MB, for whoever saves this file

    folder = files("runtime.web") / "alone"
    script = (folder / "slip.js").read_text("utf-8")
    page = (folder / "slip.html").read_text("utf-8").partition("@STATIONS@")
    head, _, rest = page
    before, _, after = rest.partition("@SCRIPT@\n")
    return "".join((head, _stations(roster), before, script, after)).encode()


def _stations(roster: Roster) -> str:
    """As JSON that can't end the element in which it stands."""
    stations = {}
    for node, entry in roster.nodes.items():
        if entry.role is Role.STATION:
            own = roster.own_keys(node)
            lost = [key for key in roster.signing_keys(node) if key not in own]
            stations[node] = {
                "name": entry.name,
                "keys": [key.hex() for key in own],
                "lost": [key.hex() for key in lost],
            }
    told = {
        "roster": roster.edition.version,
        "county": roster.county()[1].name,
        "stations": stations,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
