"""A document of a step: issued at the county with its file or not at all, kept where it comes."""

from pathlib import Path

from central.county.casework.calls import IssueDocument
from protocol.ids import ApplicationId
from station_agent.store import documents
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, first_case, with_cases
from tests.faults.actions.publicity import Waiting
from tests.station_agent.village import Village

OWN, NAME = ApplicationId("ab" * 16), "受理通知书"


async def issue(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        paper = made.place.folder.parent / "paper.pdf"
        paper.write_bytes(b"paper" * 20_000)
        wanted = IssueDocument(case=await first_case(county), name=NAME, attach=[paper])
        with mains.armed():
            await county.node.county.casework.documents.issue(wanted)


async def it_was_issued_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        issued = [one["documents"] for one in (await county.cases()).values() if one["documents"]]
        assert len(issued) == 1 or not told
        files = [path for path in (made.place.data / "blobs").glob("*/??/*") if path.is_file()]
        assert len(files) == 1 + len(issued)  # nothing is left of one that was not issued
        wanted = IssueDocument(case=await first_case(county), name=f"{NAME}二")
        await county.node.county.casework.documents.issue(wanted)
        (names,) = [
            [document["name"] for document in one["documents"]]
            for one in (await county.cases()).values()
            if one["documents"]
        ]
        assert names == [NAME] * len(issued) + [f"{NAME}二"]


async def waiting(root: Path) -> Waiting:
    village = Village(root)
    async with village.open():
        village.parent.send(*village.county.document(bytes.fromhex(OWN), NAME, file=b"paper"))
    return Waiting(village=village)


async def arrive(made: Waiting, mains: Mains) -> None:
    async with made.village.open() as station:
        with mains.armed():
            await made.village.exchange(station)


async def it_is_there_in_the_end(made: Waiting, _: bool) -> None:
    async with made.village.open() as station:
        await made.village.exchange(station)
        (row,) = await station.database.read(lambda tx: documents.of_application(tx, OWN))
        assert (row.n, row.files) == (2, 1)


ACTIONS = [
    Action("county: issue a document", with_cases, issue, it_was_issued_or_not),
    Action("station: a document comes", waiting, arrive, it_is_there_in_the_end),
]
