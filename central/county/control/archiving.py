"""How filing stands on the other rooms of a county."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.archive.gathering import Gathering
from central.county.archive.moving import Moving
from central.county.archive.operations import ArchiveOperations
from central.county.archive.ports import Rules, Voucher, filing_rules
from central.county.archive.purging import PackageErasure, Purging
from central.county.archive.service import Archive, Proving
from central.county.casework.answers.document_state import DocumentState
from central.county.casework.erasure import Erasure
from central.county.casework.files.whole import WholeCase, WholeCases
from central.county.county import County
from central.county.flows.filing import CaseFiling
from central.county.retention.leftovers import UnopenedCopies
from central.county.retention.service import PersonalData
from central.relay.service import Relay
from provisioning.authority import Authority
from runtime.record import Record


def beside_of(relay: Relay, county: County) -> UnopenedCopies:
    """What is kept of an application beside its case."""
    return UnopenedCopies(
        store=relay.store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
        more=(
            *(county.documents.erasure, county.fees.erasure, county.ratings.erasure),
            *(county.supervision.erasure, county.offices.news),
            PackageErasure(clock=relay.clock),
        ),
    )


def keeping_of(
    relay: Relay, county: County, authority: Authority, record: Record
) -> tuple[PersonalData, ArchiveOperations]:
    """How long what citizens wrote is kept, and what becomes of closed cases."""
    personal = PersonalData(
        *(relay, beside_of(relay, county), authority, record),
        spared=PackageErasure(clock=relay.clock).spared,
    )
    archive = archive_of(
        *(relay, county, authority, personal.erasure, record),
        rules=lambda: filing_rules(authority.policy()),
        believed=authority.watch.look,
    )
    return personal, archive


def archive_of(
    relay: Relay,
    county: County,
    voucher: Voucher,
    erasure: Erasure,
    record: Record,
    *,
    rules: Rules,
    believed: Callable[[], bool],
) -> ArchiveOperations:
    """Filing and purge of an open county.

    Args:
        voucher: the authority, that vouches for the county's key.
        erasure: that erases cases; :func:`beside_of` is beside it.
        rules: of the policy.
        believed: whether this machine's date can be believed now.
    """
    archive = Archive(
        store=relay.store,
        gathering=_gathering(county),
        files=CaseFiling(
            casework=county.casework,
            log=county.flows.log,
            rights=county.flows.rights,
            clock=relay.clock,
        ),
        blobs=relay.queue.files,
        proving=Proving(
            node=relay.node,
            signer=relay.identity.keys.signer,
            voucher=voucher,
            nodes=relay.editions,
        ),
        clock=relay.clock,
        rules=rules,
        names_of=lambda session, items: county.figures.names(session, "item", items),
    )
    purging = Purging(archive=archive, erasure=erasure, believed=believed)
    return ArchiveOperations(archive, Moving(archive=archive), purging, record)


def _gathering(county: County) -> Gathering:
    async def documents_of(session: AsyncSession, whole: WholeCase) -> Sequence[DocumentState]:
        return await county.documents.telling.kept(session, whole.found)

    return Gathering(
        casework=county.casework,
        cases=WholeCases(reading=county.case_room.reading),
        log=county.flows.log,
        release_of=county.catalogue.release,
        fee_of=county.fees.fees.of,
        cards_of=county.supervision.cards.of_case,
        documents_of=documents_of,
        unsettled=county.ratings.callbacks.unsettled,
    )
