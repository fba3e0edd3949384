"""How an application is taken in, as it goes on record: who says so, and when it was.

Source: docs/operations.md, "How an application was taken in".
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress

from protocol.catalogue.agents import check_identity
from protocol.catalogue.items.model import Item
from protocol.codec import altered
from protocol.errors import NotReturnedError, UsageError
from protocol.errors.clerk import ApplicationUnknownError, CheckerMissingError
from protocol.errors.desk import ClerkUnknownError
from protocol.ids import ApplicationId
from protocol.records.taken_in import TakenIn
from station_agent.store import applications
from station_agent.store.applications import ApplicationState, ApplicationView
from station_agent.store.db import Transaction
from station_agent.store.desk.owed import OwedPaper

Known = Mapping[str, ApplicationView]
"""What is known here, by the name that was given."""


def as_recorded(taken: TakenIn, *, clerks: Collection[str], now_ms: int) -> TakenIn:
    """What is written of it.

    Args:
        clerks: who works here; empty: nobody has a name, and any is taken.
        now_ms: by the best clock of this PC, for an applicant who is here now.

    Raises:
        ClerkUnknownError: a name that nobody here has.
        AgentIdentityError: of who acts for the applicant.
    """
    if taken.agent is not None:
        check_identity(taken.agent.identity)
    for name in (taken.clerk, taken.checker):
        if name and clerks and name not in clerks:
            raise ClerkUnknownError(name)
    return altered(taken, window_ms=taken.window_ms or now_ms)


def require_checker(item: Item, taken: TakenIn) -> None:
    """Raise CheckerMissingError if the item asks for a second clerk, and there was none.

    The county takes it all the same: an older program does not ask.
    """
    if item.second_check and not taken.checker and not taken.insisted:
        raise CheckerMissingError


def owed_of(application: ApplicationId, taken: TakenIn) -> tuple[OwedPaper, ...]:
    """What was promised for later, as this station keeps it."""
    return tuple(
        OwedPaper(application=application, material=one.material, until=one.until)
        for one in taken.owed
    )


def known_of(tx: Transaction, names: Iterable[str]) -> Known:
    """Those of ``names`` (ids, or numbers of cases) that are applications of this station."""
    found: dict[str, ApplicationView] = {}
    for name in names:
        with suppress(UsageError):
            if (view := applications.find(tx, name)) is not None:
                found[name] = view
    return found


def corrected(known: Known, name: str) -> bytes:
    """The id of the application that is to be corrected; empty if none is named.

    Raises:
        NotReturnedError: it was not returned, or is not known here.
    """
    if not name:
        return b""
    view = known.get(name)
    if view is None or view.state is not ApplicationState.RETURNED:
        raise NotReturnedError(name[:50])
    return _bytes(view.application)


def superseded(known: Known, name: str) -> bytes:
    """The id of the application that is to be replaced; empty if none is named.

    Raises:
        ApplicationUnknownError: it is not known here.
    """
    if not name:
        return b""
    if name not in known:
        raise ApplicationUnknownError(name[:50])
    return _bytes(known[name].application)


def _bytes(application: ApplicationId) -> bytes:
    return bytes.fromhex(application)
