"""Running an operation of the node, the same that the command line runs, for a page's reader."""

from typing import Any

from central.accounts.pages.shared import staff_of
from runtime.command import silent
from runtime.control.owner import BY
from runtime.web.page import Page
from runtime.web.tasks import Body


async def run(page: Page, operation: str, /, *, together: str = "", **args: Any) -> Any:  # noqa: ANN401
    """Run one operation in the name of the reader; the answer as JSON gives it.

    Args:
        page: whose reader asks.
        operation: its name.
        together: another account that wants it, too.
    """
    return await as_task(page, operation, together=together, **args)(silent)


def as_task(page: Page, operation: str, /, *, together: str = "", **args: Any) -> Body:  # noqa: ANN401
    """The same as a background task, for :class:`runtime.web.tasks.Tasks`."""
    call = staff_of(page).operations[operation]
    both = f"{together} + " if together else ""
    named = {**args, BY: f"{both}{page.login.name} (web)"}
    return lambda report: call(named, report)
