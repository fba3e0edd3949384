"""A clerk who types into forms, and what is kept of that."""

from collections.abc import Mapping

from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.unlocking import Opened
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.service import Draft
from tests.builders.clerk import CLERK

FANG, MEI = "韦小芳", "陆秋梅"
FIRST, SECOND = ApplicationId("1" * 32), ApplicationId("2" * 32)


def opened_by(station: Station, clerk: str = FANG) -> Opened:
    """The vault of a station whose clerks have no passwords."""
    return Opened(vault=station.clerks.vault.unlock(None), clerk=clerk)


async def types(
    station: Station,
    texts: Mapping[str, str],
    application: ApplicationId = FIRST,
    *,
    clerk: str = FANG,
    item: str = "pension",
    place: str = "",
) -> int:
    """When it was saved."""
    wanted = SaveDraft(application=application, item=item, texts=texts, place=place)
    return await station.drafts.save(CLERK, opened_by(station, clerk), wanted)


async def kept(station: Station, application: ApplicationId = FIRST) -> Draft | None:
    return await station.drafts.find(opened_by(station), application)


async def texts_of(station: Station, application: ApplicationId = FIRST) -> Mapping[str, str]:
    draft = await kept(station, application)
    assert draft is not None
    return draft.content.texts
