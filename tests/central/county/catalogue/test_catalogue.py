"""A catalogue file becomes a signed release with the next number, or nothing at all."""

import asyncio
import gc
import json

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import CatalogueError
from protocol.errors.publishing import CatalogueShrinksError
from protocol.trust.edition import Edition, Kind, changes
from protocol.trust.release import read_release
from tests.central.county.centre import Centre
from tests.central.county.village import CATALOGUE, ITEM


def catalogue(**about: object) -> bytes:
    return json.dumps(json.loads(CATALOGUE) | about, ensure_ascii=False, indent=3).encode()


async def test_a_changed_file_is_the_next_release_and_the_same_file_none(
    centre: Centre,
) -> None:
    publish = centre.county.catalogue.publish

    assert await publish(CATALOGUE) == 1
    assert await publish(catalogue()) == 1  # other spaces, the same content
    assert await publish(catalogue(title="新目录")) == 2
    assert await publish(catalogue(title="新目录")) == 2
    assert await publish(CATALOGUE) == 3  # back to what it was before is a release too

    release = centre.relay.editions.release
    assert release is not None
    assert release.version == 3
    public = centre.ground.nodes.scene.keys.signer.public_bytes()
    verified = read_release(public, release.proof, changes({}, release.entries), base=0)
    assert verified.head.created_ms == centre.clock.now_ms()


async def test_memory_is_looked_after_again_once_a_file_is_read(centre: Centre) -> None:
    assert gc.isenabled()
    await centre.county.catalogue.read(CATALOGUE)
    assert gc.isenabled()
    with pytest.raises(CatalogueError):
        await centre.county.catalogue.read(catalogue(items=[{"id": "a"}]))
    assert gc.isenabled()


@pytest.mark.parametrize(("kept", "refused"), [(4, True), (5, False), (0, True)])
async def test_a_file_that_withdraws_most_items_has_to_be_meant(
    centre: Centre, kept: int, refused: bool
) -> None:
    publish = centre.county.catalogue.publish
    item = json.loads(CATALOGUE)["items"][0]
    items = [item | {"id": f"item-{number}"} for number in range(10)]
    assert await publish(catalogue(items=items)) == 2
    fewer = catalogue(items=items[:kept])
    if refused:
        with pytest.raises(CatalogueShrinksError, match=f"文件里没有其中 {10 - kept} 个"):
            await publish(fewer)
    assert await publish(fewer, anyway=True) == 3


async def test_old_releases_stay_valid_for_applications(centre: Centre) -> None:
    village = await centre.village()
    document = json.loads(CATALOGUE)
    document["items"][0]["schema"]["required"] = ["name", "age"]
    await centre.county.catalogue.publish(json.dumps(document).encode())
    young = {"name": "样福丽"}

    await centre.bring(village.submit(release=1, form=young), village.submit(release=2, form=young))
    await centre.bring(village.submit(release=2), village.submit(release=3))

    assert len(await centre.cases()) == 3  # the last fits the newest, whatever release 3 was
    codes = [one.code for one in await centre.rejections(village)]
    assert codes == ["intake.form-invalid"]


async def test_applications_of_many_releases_are_read_with_few_of_them_in_memory(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.intake.reading._KEPT_ITEMS", 1)
    monkeypatch.setattr("central.county.intake.reading._KEPT_RELEASES", 1)
    village = await centre.village()
    for title in ("二", "三"):
        await centre.county.catalogue.publish(catalogue(title=title))

    await centre.bring(*(village.submit(release=n) for n in (1, 2, 3, 1, 2, 3)))
    await centre.bring(*(village.submit(release=n) for n in (3, 2, 1)))

    assert len(await centre.cases()) == 9


async def test_a_release_is_known_as_soon_as_it_is_published(centre: Centre) -> None:
    """That it was once asked for too early is not remembered."""
    village = await centre.village()
    early = village.submit(release=2, form={"age": 61})
    await centre.bring(early)

    await centre.county.catalogue.publish(catalogue(title="新目录"))
    await centre.bring(village.submit(release=2, form={"age": 61}))

    (case,) = await centre.cases()
    assert case["unchecked"]
    assert [one.code for one in await centre.rejections(village)] == ["intake.form-invalid"]


async def test_what_was_filled_in_under_a_lost_release_goes_to_people(centre: Centre) -> None:
    """The county may be an old copy: the clerk is not to suffer for that."""
    village = await centre.village()
    await centre.bring(
        village.submit(release=7),
        village.submit(release=7, item="new-item", form={"anything": [1, 2]}),
        village.submit(release=7, form="no JSON"),
        village.submit(release=7, item="no\0such"),
    )
    cases = {case["item"]: case for case in await centre.cases()}
    assert not cases[ITEM]["unchecked"]
    assert cases["new-item"]["unchecked"]
    assert cases["new-item"]["form"] == {"anything": [1, 2]}
    codes = {one.code for one in await centre.rejections(village)}
    assert codes == {"intake.form-invalid", "intake.item-unknown"}


async def test_another_process_on_the_same_database_has_published(centre: Centre) -> None:
    await centre.county.catalogue.publish(catalogue(title="新目录"))
    first = await centre.relay.store.transact(
        lambda session: centre.relay.editions.version(session, Kind.RELEASE, 1)
    )
    centre.relay.editions._release = first  # as a process that has not heard of release 2

    assert await centre.county.catalogue.publish(catalogue(title="新目录")) == 2
    assert centre.relay.editions.versions()[1] == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"items": [{"id": "a"}]}',
        catalogue(items=[{"id": "a", "name": "甲", "materials": [], "schema": {"type": 7}}]),
        catalogue(
            items=[{"id": "a", "name": "甲", "materials": [], "schema": {"$ref": "https://x.cn/y"}}]
        ),
        catalogue(title="x" * 70_000),
    ],
)
async def test_a_file_with_a_fault_publishes_nothing(centre: Centre, data: bytes) -> None:
    with pytest.raises(CatalogueError):
        await centre.county.catalogue.publish(data)

    assert centre.relay.editions.versions()[1] == 1


async def test_a_release_is_offered_once_the_transaction_that_makes_it_has_ended(
    centre: Centre,
) -> None:
    """On PostgreSQL nobody else's transaction waits for it by itself."""
    catalogue, made, go_on = centre.county.catalogue, list[Edition](), asyncio.Event()

    async def work(session: AsyncSession) -> None:
        edition = await catalogue.ahead(session, 1000)
        assert edition is not None
        made.append(edition)
        await go_on.wait()

    _, before = centre.relay.editions.versions()
    making = asyncio.create_task(centre.relay.store.transact(work))
    while not made:
        await asyncio.sleep(0.01)
    offering = asyncio.create_task(catalogue.offer(made[0]))
    await asyncio.sleep(0.1)
    go_on.set()
    await asyncio.gather(making, offering)
    assert centre.relay.editions.versions()[1] == before + 1000
