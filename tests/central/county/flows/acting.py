"""What tests of the life of cases begin with."""

from central.county.flows.log import By
from protocol.casework.events.log import kind_of
from tests.central.county.centre import Centre
from tests.central.county.village import Village

CLERK, HEAD = By(name="韦兰"), By(name="黄局")


async def one_case(centre: Centre, village: Village) -> str:
    await centre.bring(village.submit())
    return str((await centre.cases())[-1]["case"])


async def kinds(centre: Centre, number: str) -> list[str]:
    return [kind_of(one.body) for one in (await centre.county.flows.life(number)).events]
