"""What the product writes, read from its source: functions that write a file, and every table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from central.store.base import Base

ROOT = Path(__file__).parents[2]
PACKAGES = ("central", "protocol", "provisioning", "runtime", "station_agent")
WRITES = frozenset(
    {"fsync", "fdatasync", "rename", "unlink", "rmtree", "link", "rmdir", "ftruncate"}
)
WRITES |= {"write_text", "write_bytes", "mkdir"}

# functions whose writes may be lost or done twice
_GARBAGE = "removes only what nobody needs any more, and would again"
_COPY = "a copy for a person, written again on demand"
_MADE_ANEW = "the control socket, made anew at each start"
_IN_A_RESTORE = "in the folder that a restore builds; with PostgreSQL only"
NEEDLESS = {
    "central/county/recovery/restoring.py:_begin": _IN_A_RESTORE,
    "central/county/processes/attaching.py:_copy": "of a folder that attach makes anew",
    "central/relay/queue/blobs.py:_finish": _GARBAGE,
    "central/relay/queue/objects.py:__exit__": _GARBAGE,
    "central/relay/queue/objects.py:__init__": _GARBAGE,
    "central/relay/queue/blobs.py:_sweep": _GARBAGE,
    "runtime/control/owner.py:close": _MADE_ANEW,
    "runtime/control/owner.py:serve": _MADE_ANEW,
    "runtime/disk/papers.py:__init__": _COPY,
    "runtime/disk/papers.py:_fill": _COPY,
    "runtime/disk/papers.py:_give_name": _COPY,
    "runtime/disk/papers.py:_take_name": _COPY,
    "runtime/cli/failures.py:record": "the log of what nobody foresaw",
    "runtime/disk/kept.py:forget_old": _GARBAGE,
    "runtime/doctor/frozen.py:frozen": "removes the copy that was only read",
    "runtime/rescue.py:_fill": "a copy that is only read",
    "runtime/rescue.py:room_for": "the empty folder for a copy that is only read",
    "runtime/rescue.py:readable_copy": "removes the copy that was only read",
    "runtime/sticks/growing.py:abandon": _GARBAGE,
    "runtime/sticks/joins.py:_drop": _GARBAGE,
    "runtime/sticks/writer.py:sweep": _GARBAGE,
    "provisioning/bulk/folder.py:write": _GARBAGE,
    "provisioning/escrow/recovery.py:found_recovery": "moves a stranger's file aside, once more",
    "provisioning/page_certificate.py:page_certificate": "made anew while one of its files lacks",
    "station_agent/store/blobs.py:clear_unfinished": _GARBAGE,
    "station_agent/store/blobs.py:finish": _GARBAGE,
    "station_agent/store/blobs.py:seal_pieces": _GARBAGE,
    "station_agent/store/blobs.py:sweep": _GARBAGE,
}

NOTES = {
    "staff": "an account, made and changed by one statement of its own",
    "staff_onetime": "what waits to be written down; it can be asked for again",
    "staff_proposals": "what waits for a second person, by one statement of its own",
    "staff_tries": "counts of failed logins; a cut may give one try back",
    "county_asked": "a call between processes; one that broke off is told as broken off",
    "county_lease": "who leads: a cut takes back what nobody acted on, by one statement",
    "county_mirror": "a copy of what the authority holds, written again each minute",
    "allowance": "how often a node was told again today; a cut may give one turn back",
    "deferred": "how often the next hop refused something; a cut may give one try back",
    "awaiting": "kept in intake's commit, and let go of in the commit that takes it up",
    "case_note": "what a handler notes for themselves, by one statement of its own",
    "case_pair": "which cases may be the same, written with them in intake's commit",
    "case_pair_judged": "that two are the same or not; after a cut they are suggested once more",
    "case_person": "whose number a case holds, written with it in intake's commit",
    "case_waiting": "kept in intake's commit, and let go of in the commit that takes it up",
    "office_news": "as the county told it, in the commit that takes its envelope",
    "office_news_due": "noted in intake's commit, and let go of in the commit that tells it",
    "rating_limits": "one row, by one statement of its own",
    "work_view": "a view, kept and changed by one statement of its own",
    "work_view_default": "which view a list begins with, by one statement of its own",
    "notice": "a word about a refusal, posted in the commit that sets aside",
    "number_stray": "a number that nobody issued, posted in intake's commit",
    "number_use": "which numbers have come, posted in intake's commit",
    "poison": "a note for the operator, made by one statement of its own",
    "route": "by which neighbour a node was heard last; the next exchange tells it again",
}


def writing_functions() -> Iterator[str]:
    """Each as ``path:name``."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text("utf-8"))
                for name in _functions_with_writes(tree):
                    yield f"{path.relative_to(ROOT)}:{name}"


def _functions_with_writes(tree: ast.AST) -> set[str]:
    found = set()
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            if any(_writes(call) for call in calls):
                found.add(function.name)
    return found


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "replace":  # of a path, not of a text or a date
        return len(call.args) == 1 and not call.keywords
    return call.func.attr in WRITES


def tables() -> set[str]:
    """Of the station, and of hub and county; the authority's are made by one script."""
    schemas = (ROOT / "station_agent/store/migrations").glob("*.sql")
    text = "".join(path.read_text("utf-8") for path in schemas)
    return {*re.findall(r"CREATE TABLE (\w+)", text), *Base.metadata.tables}
