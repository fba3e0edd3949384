"""A batch of people who want a stove, and what they say."""

from station_agent.app import Station
from station_agent.batches.calls import SaveCommon
from station_agent.batches.service import Batch, BatchService
from station_agent.clerks.unlocking import Opened
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.typing import FANG, opened_by

BATCH = "b" * 32
COMMON = {"fuel": "柴"}
ID, OTHER_ID = "11010519491231002X", "440304199001010011"
PEOPLE = f"{ID}\t黄秀英\t13800000000\n{OTHER_ID}\t陆大山\t\n"


def service_of(station: Station) -> BatchService:
    return station.gathering().batches


def opened(station: Station, clerk: str = FANG) -> Opened:
    return opened_by(station, clerk)


async def begins(station: Station, people: str = PEOPLE) -> Batch:
    """A batch with rows."""
    wanted = SaveCommon(batch=BATCH, item="stove", texts=COMMON)
    await service_of(station).save_common(CLERK, opened(station), wanted)
    if people:
        await service_of(station).paste(CLERK, opened(station), BATCH, people)
    return await found(station)


async def found(station: Station) -> Batch:
    return await service_of(station).find(opened(station), BATCH)
