"""The board over a relay, as a hub composes it."""

from central.hub.board.site import board_site
from central.hub.offices.book import Book
from central.hub.offices.ring import OfficeRing
from central.hub.offices.sending import Sending
from central.hub.offices.service import HubOffice
from central.hub.record import LogRecord
from central.hub.renewal import HubRenewal
from central.hub.service import HubService
from central.relay.retry.operation import Retrying
from central.relay.stick.service import RelayStick
from central.server.config import ServerConfig
from central.server.sticks import StickService
from runtime.web.site import Site
from tests.builders.chance import SeededRandomness
from tests.central.accounts.office import accounts_of
from tests.central.nodes import NodeRelay


def hub_site(
    relay: NodeRelay, config: ServerConfig, chance: SeededRandomness, hub: HubService | None = None
) -> Site:
    """The pages of the hub of ``relay``."""
    record = LogRecord()
    data = relay.queue.files.folder.parent
    book = Book(ring=OfficeRing.load(data))
    office = HubOffice(
        relay=relay,
        book=book,
        sending=Sending.of(relay, book),
        randomness=chance,
        record=record,
    )
    return board_site(
        relay,
        accounts_of(relay, chance),
        config,
        hub=hub or HubService(relay, record, renewal=HubRenewal(relay, chance)),
        sticks=StickService("hub", RelayStick(relay.exchanges), record),
        retrying=Retrying("hub", relay, record),
        office=office,
    )
