"""One case by the name that somebody gave it."""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.models import CaseRow
from central.county.casework.queries import find_cases
from protocol.errors import CaseUnknownError, UsageError
from protocol.errors.numbers import NumberWrongError
from protocol.ids import application_id
from protocol.numbers.number import Number


async def one_case(session: AsyncSession, name: str) -> CaseRow:
    """The case of a number, number of a block, or application id.

    Raises:
        CaseUnknownError: no such case, or several stations have this id.
    """
    try:
        application = bytes.fromhex(application_id(name))
    except UsageError:
        application = None
    cases = await find_cases(session, number=_as_written(name), application=application)
    if len(cases) != 1:
        several = "several stations have this application id; give the case number"
        raise CaseUnknownError(f"{name[:50]}: {several}" if cases else name[:50])
    return cases[0]


def _as_written(name: str) -> str:
    """A number of a block as it is stored, however its groups are parted; others as they are."""
    try:
        return Number.read(name).text
    except NumberWrongError:
        return name
