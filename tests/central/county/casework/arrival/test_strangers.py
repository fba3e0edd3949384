"""Another application under a known id must not vanish behind the first one's receipt."""

from protocol.envelope.envelope import read_envelope
from tests.central.county.centre import Centre
from tests.central.county.village import FORM

OTHER = FORM | {"name": "李乙样"}


async def test_another_form_under_a_known_id_is_refused_and_told(centre: Centre) -> None:
    village = await centre.village()
    draft = village.randomness.token(16)
    first = village.submit(application=draft)
    second = village.submit(application=draft, form=OTHER)
    third = village.submit(application=draft, form=OTHER)

    await centre.bring(first, second)
    await centre.bring(third)

    (case,) = await centre.cases()
    assert case["form"] == FORM
    assert {line.envelope for line in await centre.receipts(village)} == {read_envelope(first).id}
    told = {(one.envelope, one.code) for one in await centre.rejections(village)}
    assert told == {(read_envelope(wire).id, "intake.id-taken") for wire in (second, third)}


async def test_other_files_under_a_known_id_are_another_application(centre: Centre) -> None:
    village = await centre.village()
    draft = village.randomness.token(16)
    one, another = village.scan(b"one"), village.scan(b"another")

    await centre.bring(village.submit(one, application=draft))
    await centre.bring(village.submit(another, application=draft))

    (rejection,) = await centre.rejections(village)
    assert rejection.code == "intake.id-taken"
    (case,) = await centre.cases()
    assert [file["sha256"] for file in case["attachments"]] == [one.attachment.sha256.hex()]


async def test_the_same_content_in_another_order_stays_a_duplicate(centre: Centre) -> None:
    village = await centre.village()
    draft = village.randomness.token(16)
    scans = [village.scan(b"one"), village.scan(b"two")]
    turned = dict(reversed(FORM.items()))

    await centre.bring(village.submit(*scans, application=draft))
    again = [village.scan(b"two"), village.scan(b"one")]
    await centre.bring(village.submit(*again, application=draft, form=turned))

    assert await centre.rejections(village) == []
    assert {line.duplicate for line in await centre.receipts(village)} == {True, False}
