"""One case by the name that somebody gave it, and whether its station can be written to."""

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.models import CaseRow
from central.county.casework.queries import find_cases
from central.county.ports.relay import Nodes
from protocol.errors import CaseUnknownError, NodeStateError, UsageError
from protocol.errors.answers import CaseErasedError
from protocol.errors.numbers import NumberWrongError
from protocol.ids import NodeId, application_id
from protocol.numbers.number import Number
from protocol.text import identifier


async def one_case(session: AsyncSession, name: str) -> CaseRow:
    """The case of a number, number of a block, or application id.

    Raises:
        CaseUnknownError: no such case, or several stations have this id.
    """
    try:
        application = bytes.fromhex(application_id(name))
    except UsageError:
        application = None
    cases = await find_cases(session, number=as_written(name), application=application)
    if len(cases) != 1:
        several = "several stations have this application id; give the case number"
        raise CaseUnknownError(f"{name[:50]}: {several}" if cases else name[:50])
    return cases[0]


async def case_to_tell(session: AsyncSession, nodes: Nodes, name: str, then: str) -> CaseRow:
    """The same, of which its village can be told something.

    Args:
        then: what is to be done once a new PC has joined there, as 再发.

    Raises:
        CaseUnknownError: as :func:`one_case`.
        CaseErasedError: nothing is left to be told.
        NodeStateError: as :func:`require_pc`.
    """
    case = await one_case(session, name)
    if case.erased_ms is not None:
        raise CaseErasedError(case.number)
    require_pc(nodes, case.station, then)
    return case


def as_written(name: str) -> str:
    """A number as it is stored, however somebody typed its letters, figures and groups."""
    try:
        return Number.read(name).text
    except NumberWrongError:
        return identifier(name).upper()


def require_pc(nodes: Nodes, station: str, then: str) -> None:
    """A station that can be written to.

    Args:
        then: what is to be done once its new PC has joined, as 再发.

    Raises:
        NodeStateError: its PC is lost, and the successor has not joined.
    """
    entry = nodes.roster.nodes.get(NodeId(station))
    if entry is not None and entry.drained and entry.keys is None:
        raise NodeStateError(f"{entry.name}正在换机，新电脑开站后{then}")
