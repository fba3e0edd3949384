"""A document of a template: numbered and sent, its number never twice and never missing."""

from functools import cache
from pathlib import Path

from central.county.casework.answers.document_state import DocumentState
from central.county.documents.calls import MakeDocument, Stamp, Told
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.catalogue.templates.kinds import DocumentKind
from tests.builders.disks.mains import Mains
from tests.builders.small_font import small_font
from tests.central.county.backup.place import OpenCounty
from tests.faults.action import Action
from tests.faults.actions.county import Centre, first_case, with_cases

WHO = "黎样明"


@cache
def settings() -> str:
    return f'document_font = "{small_font()}"\n'


async def county_with_font(root: Path) -> Centre:
    made = await with_cases(root)
    with (made.place.data / "county.toml").open("a", encoding="utf-8") as file:
        file.write(settings())
    return made


def wanted(case: str) -> MakeDocument:
    facts = {"补正期限": "2026-12-10"}
    return MakeDocument(
        case=case, kind=DocumentKind.CORRECTION, facts=facts, faults=["没有签名"], days=5
    )


async def with_document(root: Path) -> Centre:
    made = await county_with_font(root)
    async with made.open() as county:
        case = await first_case(county)
        await county.node.county.documents.orders.make(wanted(case))
    return made


async def of_first(county: OpenCounty) -> tuple[str, list[DocumentState]]:
    case = await first_case(county)
    return case, await county.node.county.documents.telling.of_case(case)


async def make(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        case = await first_case(county)
        with mains.armed():
            await county.node.county.documents.orders.make(wanted(case))


async def it_has_the_first_number_and_the_next_the_second(made: Centre, told: bool) -> None:
    async with made.open() as county:
        _, before = await of_first(county)
        sent = [one for one in before if one.n]
        assert len(sent) == 1 or not told
        orders = county.node.county.documents.orders
        for _ in range(2 - len(sent)):
            await orders.make(wanted(await first_case(county)))
        _, after = await of_first(county)
        assert [one.number.split("第 ")[1] for one in after] == ["1 号", "2 号"]
        assert all(one.n for one in after)


async def tell(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        case, (state,) = await of_first(county)
        said = Told(case=case, document=state.number, person="样福丽", by=WHO, words="请补正")
        with mains.armed():
            await county.node.county.documents.telling.tell(said)


async def it_is_told_once_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        _, (state,) = await of_first(county)
        assert [one.by for one in state.told] in ([[WHO]] if told else [[], [WHO]])


async def stamp(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        case, (state,) = await of_first(county)
        with mains.armed():
            wanted_stamp = Stamp(case=case, document=state.number, by=WHO)
            await county.node.county.documents.telling.stamp(wanted_stamp)


async def it_is_stamped_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        _, (state,) = await of_first(county)
        assert state.sealed_by == WHO or not (told or state.sealed_by)


async def with_correction_asked(root: Path) -> Centre:
    made = await county_with_font(root)
    async with made.open() as county:
        asked = Wanted(action="ask-correction", note="没有签名", fields={"until": "2026-12-10"})
        await county.node.county.flows.act(await first_case(county), asked, By())
    return made


async def issue(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await county.node.county.documents.issuing.look()


async def it_goes_out_once_at_the_next_start(made: Centre, told: bool) -> None:
    async with made.open() as county:
        _, before = await of_first(county)
        assert [bool(one.n) for one in before] == [True] or not told
        await county.node.county.documents.issuing.look()
        _, (state,) = await of_first(county)
        assert state.number.endswith("第 1 号")
        assert (state.n > 0, state.waits) == (True, "")


ACTIONS = [
    Action(
        "county: make a document",
        county_with_font,
        make,
        it_has_the_first_number_and_the_next_the_second,
    ),
    Action(
        "county: make what an event brings",
        with_correction_asked,
        issue,
        it_goes_out_once_at_the_next_start,
    ),
    Action("county: note who was told", with_document, tell, it_is_told_once_or_not),
    Action("county: note who stamped", with_document, stamp, it_is_stamped_or_not),
]
