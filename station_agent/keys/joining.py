"""Joining: the data folder gets its vault and its identity, both or neither."""

from collections.abc import Callable
from pathlib import Path

from protocol.envelope.vault_county import CountyRecipient
from protocol.errors import AlreadyJoinedError, KitRoleError
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role, Roster
from runtime.node.identity import Identity, has_identity
from runtime.node.joining import Joining
from station_agent.store.vault import make_vault

_PENDING = "node.new"  # where runtime.node.identity makes what becomes DATA/node


async def join_station(
    kit: bytes,
    code: str,
    data: Path,
    *,
    password: str | None,
    clock: Clock,
    randomness: Randomness,
    report: Callable[[str], None],
    stick: Path | None = None,
    via: str = "",
) -> Identity:
    """Make ``data`` the data folder of the station that ``kit`` is for.

    Args:
        stick: folder by which request and answer travel, in place of a line.
        via: address of any node of this county, asked before those of the kit.
        password: locks personal data at this station; None leaves the key beside it.

    Raises:
        AlreadyJoinedError: ``data`` belongs to a node.
        KitDamagedError, KitRoleError, CodeWrongError: refused before anything was sent.
        LineError: nobody can be reached now; try again with the same code.
        EnrolmentError: the county refuses, or is not the kit's county.
    """
    if has_identity(data):
        raise AlreadyJoinedError(str(data))
    if (role := read_kit(kit).role) is not Role.STATION:
        raise KitRoleError(f"the kit is for a {role.value}")

    def prepare(station: NodeId, roster: Roster) -> None:
        keys = roster.county()[1].keys
        county = CountyRecipient(station=station, keys=keys) if keys else None
        make_vault(data / _PENDING, password, randomness, county)

    joining = Joining(clock=clock, randomness=randomness, report=report, via=via, prepare=prepare)
    return await joining.join(kit, code, data, Role.STATION, stick=stick)
