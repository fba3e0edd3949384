"""``yizhan-provision doctor``: the authority in a county's folder, served or not."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

from protocol.limits import RESERVE_BYTES
from provisioning.authority import Authority
from provisioning.doctor.look import AUTHORITY, authority_and_keys, authority_faults, key_faults
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.doctor.calls import PROVISION_DOCTOR
from runtime.doctor.examination import Patient
from runtime.doctor.finding import Found
from runtime.doctor.frozen import check

_DESCRIPTORS = 64  # files that a command has open at most


class AuthorityDoctor:
    """Answers ``provision.doctor`` of an open authority."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    async def look(self, actor: Actor, _: Nothing, __: Report = silent) -> list[Found]:
        """Everything that is wrong with it.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        return await asyncio.to_thread(self.found)

    def found(self) -> list[Found]:
        """The same for whoever asked for the right before. Blocks for the disk."""
        data = self._authority.folder.parent
        inside = self._authority.examine(partial(_inside, data))
        return [*inside, *key_faults(data)]

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(PROVISION_DOCTOR, self.look))


def _inside(data: Path, connection: sqlite3.Connection) -> list[Found]:
    damaged = list(check(connection))
    return damaged or list(authority_faults(data, connection))


async def _stopped(data: Path) -> list[Found]:
    if not (data / AUTHORITY).is_dir():
        return [Found("folder.not-joined", str(data))]
    return await asyncio.to_thread(lambda: list(authority_and_keys(data)))


AUTHORITY_PATIENT = Patient(
    reserve_bytes=RESERVE_BYTES,
    descriptors=_DESCRIPTORS,
    asked=PROVISION_DOCTOR,
    stopped=_stopped,
)
