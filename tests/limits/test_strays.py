"""The same for numbers that bound something and stand beside what they bound, not among limits."""

import ast
import re
from collections.abc import Callable
from importlib import import_module

import pytest

from central.county.intake.reading import _check_plainly
from protocol.catalogue.fees.expression import read_expression
from protocol.catalogue.fees.kinds import Kind
from protocol.codec import Record, pack, unpack, unpack_plain
from protocol.envelope.blob import _nonce
from protocol.envelope.envelope import Lane, _check_numbers
from protocol.envelope.payloads import Application
from protocol.errors import MalformedError, NeedsNewerError, YizhanError
from protocol.exchange.catching_up import read_roster_answer
from protocol.trust.password import checked_password
from protocol.trust.rules import Rules
from protocol.understood import MUST
from provisioning.escrow.shares import split
from provisioning.policy.reading import settings
from tests.builders.envelopes import make_header, seal
from tests.limits import catalogue
from tests.limits.test_boundaries import ROOT, TESTS

_BOUND = re.compile(r"_?(MAX|MIN)_[A-Z0-9_]+")
_PACKAGES = ("central", "protocol", "provisioning", "runtime", "station_agent")


class _One(Record, frozen=True, kw_only=True):
    """Something with a field that has to be understood."""

    known: int = 0


def _understood(names: list[str]) -> None:
    try:
        unpack(pack({MUST: names}), _One)
    except NeedsNewerError:
        return  # the names were read, and one is not known here


def _policy(table: str, key: str) -> Callable[[int], None]:
    def take(n: int) -> None:
        if faults := settings({table: {key: n}})[1]:
            raise ValueError(*faults)

    return take


def _answer(n: int) -> None:
    try:
        read_roster_answer(b"[" + bytes(n - 1))
    except MalformedError:
        return  # not one for its length


def _release(n: int) -> None:
    content = Application(application=bytes(16), item="pension", release=n, form="{}")
    _check_plainly(seal(b"x", make_header()), content)


def _password(n: int) -> None:
    checked_password(("abc" * n)[:n])


def _lane(n: int) -> None:
    try:
        _check_numbers(1, n)
    except NeedsNewerError:
        return  # of a newer program


UPPER: dict[str, Callable[[int], object]] = {
    "protocol.codec._MAX_MAP": lambda n: unpack_plain(pack({str(k): 0 for k in range(n)})),
    "protocol.codec._MAX_ARRAY": lambda n: unpack_plain(pack([0] * n)),
    "protocol.understood._MAX_MUST": lambda n: _understood(["new"] * n),
    "protocol.understood._MAX_NAME_CHARS": lambda n: _understood(["n" * n]),
    "protocol.catalogue.fees.expression.MAX_EXPRESSION_CHARS": lambda n: read_expression(
        "a" * n, "form", Kind.NUMBER
    ),
    **catalogue.UPPER,
    "protocol.envelope.blob._MAX_CHUNKS": lambda n: _nonce(n - 1, last=True),
    "protocol.envelope.envelope._MAX_SUITE": lambda n: _check_numbers(n, Lane.CONTROL),
    "protocol.envelope.envelope._MAX_LANE": _lane,
    "protocol.trust.rules._MAX_SUITE": lambda n: Rules(suites=(n,)),
    "protocol.trust.password.MAX_PASSWORD_CHARS": _password,
    "provisioning.escrow.shares.MAX_SHARES": lambda n: split(bytes(32), threshold=2, shares=n),
    "provisioning.policy.reading._MAX_CODE_DAYS": _policy("lifetimes", "code_days"),
    "provisioning.policy.reading._MAX_AUDIT_DAYS": _policy("lifetimes", "audit_days"),
    "provisioning.policy.reading._MAX_REVIEW_DAYS": _policy("catalogue", "review_days"),
    "provisioning.policy.reading._MAX_CHILDREN": _policy("hub", "max_children"),
    "protocol.exchange.catching_up.MAX_ANSWER_BYTES": _answer,
    "central.county.intake.reading._MAX_RELEASE": _release,
}

LOWER: dict[str, Callable[[int], object]] = {
    **catalogue.LOWER,
    "protocol.trust.password.MIN_PASSWORD_CHARS": _password,
    "provisioning.escrow.shares.MIN_THRESHOLD": lambda n: split(bytes(32), threshold=n, shares=5),
    "provisioning.policy.reading._MIN_QUARANTINE_DAYS": _policy("retention", "quarantine_days"),
    "provisioning.policy.reading._MIN_PURGE_DAYS": _policy("retention", "purge_days"),
}


_FORMS = {  # by the test beside it: what bounds the language of forms
    "test_ages": ("ages.MAX_YEARS",),
    "test_language": (
        *("keywords.MAX_CHOICES", "keywords.MAX_EXAMPLES", "keywords.MAX_LENGTH"),
        *("keywords.MAX_ROWS", "keywords.MAX_TEXT_CHARS", "keywords.MAX_TITLE_CHARS"),
        *("language.MAX_FIELDS", "language.MAX_ID_CHARS"),
        *("language.MAX_LEVELS", "language.MAX_SECTIONS"),
    ),
    "test_patterns": (
        *("patterns.MAX_GROUPS", "patterns.MAX_OPEN_ENDED", "patterns.MAX_OPTIONAL"),
        *("patterns.MAX_PATTERN_CHARS", "patterns.MAX_REPEATS"),
    ),
    "test_conditions": (*("conditions.MAX_PARTS", "rules.MAX_RULES", "rules.MAX_MESSAGE_CHARS"),),
}
ELSEWHERE = {  # the test that comes with exactly so much, and with one more
    **{
        f"central.county.{name}": "central/county/api/test_bounds.py"
        for name in (
            *("api.guard.MAX_BODY_BYTES", "api.guard.MAX_TOKEN_CHARS", "api.models.MAX_KEY_CHARS"),
            *("api.routes.MAX_TEXT_CHARS", "flows.feed.MAX_CURSOR_BYTES"),
        )
    },
    "runtime.web.numbers.MAX_WHOLE": "runtime/web/test_numbers.py",
    "central.county.documents.seal.MAX_SEALED_BYTES": "central/county/documents/test_seal.py",
    "central.county.documents.seal.MAX_SEAL_CHARS": "central/county/documents/test_seal.py",
    **dict.fromkeys(
        (
            "central.county.flows.pages.sending.MAX_SENT_BYTES",
            "central.county.flows.pages.sending.MAX_SENT_FILES",
        ),
        "central/county/casework/pages/test_acting_page.py",
    ),
    "central.county.flows.notes.MAX_NOTE_LENGTH": (
        "central/county/casework/pages/test_notes_and_papers.py"
    ),
    "central.county.documents.telling.MAX_STAMPS": "central/county/documents/test_making.py",
    "protocol.catalogue.templates.template.MAX_PARAGRAPHS": (
        "protocol/catalogue/templates/test_templates.py"
    ),
    "station_agent.batches.columns.MAX_ROWS": "station_agent/batches/test_service.py",
    "station_agent.queueing.service.MAX_NUMBERS": "station_agent/queueing/test_service.py",
    **{
        f"protocol.catalogue.forms.{name}": f"protocol/catalogue/forms/{test}.py"
        for test, every in _FORMS.items()
        for name in every
    },
    "station_agent.desk.turned.MAX_TURNED": "station_agent/desk/test_rating.py",
    "protocol.catalogue.findings.MAX_FINDINGS": "protocol/catalogue/test_findings.py",
    "protocol.catalogue.calendars.horizon.MIN_DAYS_AHEAD": (
        "protocol/catalogue/calendars/test_horizon.py"
    ),
    "central.county.catalogue.releases._MAX_PAST": (
        "central/county/catalogue/drafts/test_commands.py"
    ),
    "central.county.catalogue.days.MAX_MARKET_DAYS": "central/county/catalogue/test_days.py",
    "protocol.casework.guards.MAX_OFFICE_LOG": "protocol/casework/test_offices.py",
    "protocol.catalogue.lint.asking.MAX_FIELDS": "protocol/catalogue/lint/test_table.py",
    "protocol.catalogue.lint.handling.MIN_LICENCE_NODES": "protocol/catalogue/lint/test_table.py",
    "protocol.catalogue.lint.padding.MAX_LAST_DAY_ENTRIES": (
        "protocol/catalogue/lint/test_padding.py"
    ),
    "protocol.catalogue.lint.padding.MAX_SAME_REPLIES": "protocol/catalogue/lint/test_padding.py",
    "protocol.catalogue.lint.padding.MIN_BODY_CHARS": "protocol/catalogue/lint/test_padding.py",
    "protocol.catalogue.lint.whole.MAX_SAME_ANSWERS": "protocol/catalogue/lint/test_whole.py",
    "protocol.catalogue.lint.wording.MAX_SENTENCE_CHARS": "protocol/catalogue/lint/test_table.py",
    **{
        f"central.county.catalogue.exchange.{name}": f"central/county/catalogue/exchange/{test}"
        for name, test in (
            ("cells.MAX_CELL_CHARS", "test_excel.py"),
            ("tables.MAX_CSV_FILES", "test_csvs.py"),
            ("looking.MAX_CELLS", "test_looking.py"),
            ("looking.MAX_COLUMNS", "test_looking.py"),
            ("workbook.MAX_PARTS", "test_workbook.py"),
            ("looking.MAX_ROWS", "test_looking.py"),
            ("looking.MAX_TEXT_BYTES", "test_looking.py"),
            ("workbook.MAX_UNPACKED_BYTES", "test_workbook.py"),
        )
    },
    "central.county.departments.checking.MAX_STAFFING": (
        "central/county/departments/test_changing.py"
    ),
    **{
        f"central.county.supervision.rules.{name}": "central/county/supervision/test_firing.py"
        for name in ("MAX_MINUTES", "MAX_OVER", "MAX_PERCENT", "MAX_RULES", "MAX_RULES_BYTES")
    },
    "central.county.flows.bulk.service.MAX_BULK": "central/county/flows/test_bulk.py",
    **{
        f"central.county.flows.telephone.tries.{name}": "central/county/flows/test_telephone.py"
        for name in ("MAX_WRONG_OF_NUMBER", "MAX_WRONG_OF_ASKER")
    },
    "central.hub.board.figures.MAX_ROWS": "central/hub/test_figures.py",
    "runtime.sticks.places.MAX_PLACES": "runtime/sticks/test_places.py",
    "protocol.catalogue.fees.forms.MAX_STEPS": "protocol/catalogue/fees/test_rules.py",
    "protocol.catalogue.fees.reading.MAX_PERCENT": "protocol/catalogue/fees/test_rules.py",
    "runtime.cli.fees.MAX_FACTS_BYTES": "runtime/cli/test_fees.py",
    "protocol.stick.filename.MAX_BYTES": "protocol/stick/test_filename.py",
    "protocol.stick.filename.MAX_CHARS": "protocol/stick/test_filename.py",
    "protocol.stick.names._MAX_BYTES": "runtime/sticks/test_stick_hostile.py",
    "station_agent.store.desk.clerks.MAX_KNOWN_BROWSERS": "station_agent/desk/test_logins.py",
    "station_agent.clerks.service.MAX_CLERKS": "station_agent/clerks/test_service.py",
    "station_agent.followups.filings.MAX_FILINGS": "station_agent/followups/test_filings.py",
    "station_agent.store.journal._MAX_SAID_BYTES": "station_agent/store/test_journal.py",
    "station_agent.config._MAX_PORT": "station_agent/test_desk_port.py",
}

NO_BOUND = {  # why nothing is refused because of it
    "central.county.flows.worklist.service.MAX_LISTED": "there are more on the next page",
    "central.county.flows.worklist.paging.MAX_COUNTED": "what is more is told as more",
    "central.county.supervision.cards.MAX_LISTED": "there are more on the next page",
    "central.county.supervision.cards.MAX_ON_WALL": "what can be read from a few metres",
    "central.county.dashboard.service.MAX_DAYS": "more days are not counted",
    "central.county.dashboard.service.MAX_GROUPS": "the rest is not shown",
    "central.county.ratings.service.MAX_LISTED": "there are more on the next page",
    "central.county.ratings.watch.MAX_PAGES": "the rest is looked at in the next minute",
    "central.county.supervision.watch.MAX_PAGES": "the rest is looked at in the next minute",
    "central.county.catalogue.pages.editing.entry._MAX_ROWS": "no list of an item may be so long",
    "central.county.documents.issuing._MAX_ALARMED": "how many an alarm counts",
    "central.county.documents.issuing._MAX_PAGES": "in one look; the next comes in 3 seconds",
    "station_agent.desk.answers.photos._MAX_BYTES": "a photo is made so small, not refused",
    "protocol.catalogue.changes.words._MAX_CHARS": "how much of a value is shown",
    "protocol.catalogue.changes.difference._MAX_FIELDS": "how many fields of one item are told",
    "protocol.catalogue.finding.readings.MAX_WAYS": "more are left out",
    "protocol.catalogue.finding.words.MAX_QUERY_CHARS": "what is typed beyond does not count",
    "protocol.catalogue.finding.words.MAX_WORDS": "the same",
    "protocol.catalogue.lint.likeness.MIN_CHARS": "which texts are compared",
    "protocol.envelope.compress._MIN_PREFIX_BYTES": "of our own dictionary",
    "protocol.exchange.pace.backoff.MAX_S": "a pause",
    "protocol.exchange.pace.backoff._MAX_DOUBLINGS": "of a pause",
    "protocol.exchange.pace.send_window.MIN_PART_BYTES": "how parts are cut",
    "protocol.exchange.pace.send_window.MIN_WINDOW_BYTES": "how much is sent ahead",
    "provisioning.policy.reading._MAX_SHOWN_CHARS": "how much of a wrong value is shown",
    "runtime.control.owner._MAX_SOCKET_PATH": "a longer path gets a shorter way to it",
    "runtime.logs.repeats._MAX_KINDS": "more share one count",
    "station_agent.desk.clerks.logins.MAX_LOGINS": "the oldest ends",
    "station_agent.papers.wanted.MAX_LINE_BYTES": "between our own program and itself",
    "station_agent.desk.shown.pages._MAX_SOUGHT_CHARS": "what is longer is cut",
    "station_agent.intake.sealing._MAX_BATCH": "how many are sealed together",
    "station_agent.status.index.MAX_NAMES": "how many names are kept open in memory",
}

UNTRIED = {  # bounds that no test comes up to yet, and why
    "protocol.archive.zipped.MAX_PACKAGE_BYTES": "four gigabytes",
    "protocol.archive.zipped.MAX_MEMBERS": "no case has 2,000 files; more is no package",
    "protocol.archive.manifest.MAX_MANIFEST_BYTES": "one of 2,000 files; more is none",
    "protocol.archive.manifest.MAX_MADE_BYTES": "what is made of a case of 10,000 events",
    "central.county.catalogue.drafts.operations.MAX_LISTED": "our own command asks for 50 drafts",
    "central.county.flows.worklist.saved.service.MAX_VIEWS": "of one account; the form says so",
    "central.county.flows.worklist.saved.service.MAX_VIEW_NAME_CHARS": "one more is tried alone",
    "central.county.backup.archive._MAX_WORDS_BYTES": "what is longer is cut, and is none of ours",
    "central.county.backup.sealed._MAX_PART_BYTES": "only a file that somebody made could have it",
    "provisioning.audit.export.MAX_AUDIT_FILE_BYTES": "half a gigabyte",
    "runtime.control.owner._MAX_LINE_BYTES": "our own program on the other side",
    "runtime.web.page._MAX_FIELD_CHARS": "a form field; pages refuse sooner by their own limits",
    "station_agent.store.journal._MAX_BODY_BYTES": "an envelope, whose own limit is tried",
}


def test_every_number_that_bounds_something_stands_in_one_register() -> None:
    every = [*UPPER, *LOWER, *ELSEWHERE, *NO_BOUND, *UNTRIED]
    assert len(every) == len(set(every)), "in two registers"
    assert named() - set(every) == set(), "say where their boundaries are tried"
    assert set(every) - named() == set(), "gone"


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())))
def test_the_tests_that_are_named_exist(place: str) -> None:
    assert (TESTS / place).is_file()


def named() -> set[str]:
    """Every number of that kind outside of files of limits, as module.NAME."""
    found = set()
    for package in _PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if path.name == "limits.py" or not _BOUND.search(text := path.read_text("utf-8")):
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= {f"{module}.{name}" for name in _assigned(text)}
    return found


def _assigned(text: str) -> set[str]:
    names = set()
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        names |= {one.id for one in targets if isinstance(one, ast.Name)}
    return {name for name in names if _BOUND.fullmatch(name)}


@pytest.mark.parametrize("name", UPPER)
def test_exactly_the_limit_is_taken_and_one_more_is_not(name: str) -> None:
    module, _, constant = name.rpartition(".")
    limit = getattr(import_module(module), constant)
    UPPER[name](limit)
    with pytest.raises((YizhanError, ValueError)):
        UPPER[name](limit + 1)


@pytest.mark.parametrize("name", LOWER)
def test_exactly_the_least_is_taken_and_one_less_is_not(name: str) -> None:
    module, _, constant = name.rpartition(".")
    least = getattr(import_module(module), constant)
    LOWER[name](least)
    with pytest.raises((YizhanError, ValueError)):
        LOWER[name](least - 1)
