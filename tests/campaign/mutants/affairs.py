"""Rules about nodes, keys, links and paths, each broken on purpose while a schedule is played."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from sqlalchemy.ext.asyncio import AsyncSession

import central.county.keys.rekeying as rekeying_module
import central.county.review.queue as queue_module
import provisioning.enrolment.renewals as renewals_module
from central.county.catalogue.service import Catalogue
from central.county.intake.facts import Verdict
from central.county.intake.queries import judge
from central.county.keys.rekeying import Rekeying
from central.county.review.handover import SuccessorHandover
from central.county.review.models import ReviewRow
from central.county.review.queries import take_out
from central.county.review.queue import ReviewQueue
from central.county.review.service import Review
from central.county.review.view import Judged
from central.relay.routing.routes import Routes
from protocol.codec import altered
from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.keyring import Keyring
from protocol.exchange.meter import Held, Meter
from protocol.ids import EnvelopeId
from protocol.trust.roster import Drained, RosterEntry
from runtime.node.identity import SealingSeeds
from station_agent.exchange.view.meeting import Meeting
from station_agent.keys.renewal import RenewalService
from station_agent.keys.revocation_status import RevocationStatusService


def county_takes_what_a_withdrawn_pc_sealed() -> AbstractContextManager[object]:
    """Nothing is looked at by people."""

    def pass_on(*_: object) -> None:
        return None

    return mock.patch.object(ReviewQueue, "_look", pass_on)


def station_seals_though_withdrawn() -> AbstractContextManager[object]:
    """The clerk may hand in whatever the county says of this PC."""

    def open_for_all(_: RevocationStatusService) -> None:
        return None

    return mock.patch.object(RevocationStatusService, "closed", open_for_all)


@contextmanager
def station_stays_closed() -> Iterator[None]:
    """A PC that was withdrawn once does not hear that it may work again."""
    closed, said = RevocationStatusService.closed, dict[str, Any]()

    def for_ever(self: RevocationStatusService) -> Any:
        now = closed(self)
        if now is not None:
            said[self.node] = now
        return said.get(self.node)

    with mock.patch.object(RevocationStatusService, "closed", for_ever):
        yield


def county_lets_a_stopped_pc_into_the_review_queue() -> AbstractContextManager[object]:
    """What comes of a station that was stopped waits for a person like that of a drained one."""

    def never(*_: object) -> None:
        return None

    return mock.patch.object(ReviewQueue, "_refusal", never)


def county_takes_a_lost_pc_for_the_present_one() -> AbstractContextManager[object]:
    """Whoever has the keys of the PC that was replaced opens cases."""

    def present(_: RosterEntry, __: Envelope) -> Drained | None:
        return None

    return mock.patch.object(queue_module, "lost_pc", present)


def county_tells_no_successor() -> AbstractContextManager[object]:
    """A PC in the place of another never hears what was decided before."""

    async def nothing(_: SuccessorHandover) -> None:
        return

    return mock.patch.object(SuccessorHandover, "look", nothing)


def county_accepts_and_makes_no_case() -> AbstractContextManager[object]:
    """What a person lets in is taken out of the review queue, and that is all."""

    async def lose(_: Review, session: AsyncSession, row: ReviewRow) -> Judged:
        await judge(session, row.station, EnvelopeId(row.envelope_id), Verdict.DUPLICATE)
        await take_out(session, row)
        return Judged(envelope=EnvelopeId(row.envelope_id), case=None, duplicate=True)

    return mock.patch.object(Review, "_accept", lose)


def county_uses_keys_that_one_disk_holds() -> AbstractContextManager[object]:
    """New opening keys are used though no backup has them."""

    def safe(*_: object) -> None:
        return

    return mock.patch.object(rekeying_module, "require_copy", safe)


def county_forgets_old_opening_keys() -> AbstractContextManager[object]:
    """Once it has new keys it opens nothing that was sealed for the old ones."""

    def only(self: Rekeying, pair: SealingSeeds) -> None:
        for suite, key in pair.opening().items():
            ring = self.identity.keys.opening[suite]
            assert isinstance(ring, Keyring)
            ring._keys = [key]

    return mock.patch.object(Rekeying, "_open_with", only)


def county_forgets_former_signing_keys() -> AbstractContextManager[object]:
    """A renewal takes the old key off the roster while envelopes with it are under way."""

    def without(entry: RosterEntry, **changed: Any) -> RosterEntry:
        return altered(entry, **changed | {"former": ()})

    return mock.patch.object(renewals_module, "altered", without)


def station_asks_for_no_certificate() -> AbstractContextManager[object]:
    """Whoever has a certificate of the former TLS authority keeps it."""

    async def nothing(_: RenewalService) -> None:
        return

    return mock.patch.object(RenewalService, "_certify", nothing)


def budgets_are_not_kept() -> AbstractContextManager[object]:
    """Whatever the county has shut is open."""

    def nothing(_: Meter) -> Mapping[Lane, Held]:
        return {}

    return mock.patch.object(Meter, "shut", nothing)


def county_answers_the_old_path_only() -> AbstractContextManager[object]:
    """Where a station is now makes no difference to what goes down."""

    async def nothing(*_: object) -> None:
        return

    return mock.patch.object(Routes, "take", nothing)


def station_ignores_the_county_at_a_host() -> AbstractContextManager[object]:
    """What another hub tells of the county's life never counts."""

    def always(self: Meeting, *_: object) -> bool:
        return self.peer.is_host

    return mock.patch.object(Meeting, "_is_stale", always)


def restored_catalogue_goes_on_by_one() -> AbstractContextManager[object]:
    """A restored county numbers its release as if none had been lost."""
    move_ahead = Catalogue.move_ahead

    async def by_one(self: Catalogue, _: int) -> None:
        await move_ahead(self, 1)

    return mock.patch.object(Catalogue, "move_ahead", by_one)
