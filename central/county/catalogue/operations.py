"""Publishing for whoever may: the right, and the record of it."""

import asyncio

from central.accounts.roles import Right
from central.county.catalogue.calls import PUBLISH, Publish, Published
from central.county.catalogue.exchange.tables import read_catalogue_file
from central.county.catalogue.service import Catalogue
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record


class CatalogueOperations:
    """The catalogue of one county."""

    def __init__(self, catalogue: Catalogue, record: Record) -> None:
        self._catalogue, self._record = catalogue, record

    async def publish(self, actor: Actor, wanted: Publish, _: Report = silent) -> Published:
        """Publish a file as the next release.

        Raises LoginForbiddenError, FileUnreadableError, and as Catalogue.publish.
        """
        async with self._record.action(actor, PUBLISH.name, subject=str(wanted.file)):
            actor.require(Right.PUBLISH)
            data = await asyncio.to_thread(read_catalogue_file, wanted.file)
            return Published(release=await self._catalogue.publish(data, anyway=wanted.anyway))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(PUBLISH, self.publish))
