"""Several county processes work on one PostgreSQL at the same time."""

import asyncio
from pathlib import Path

from central.county.followups.calls import Answered
from central.county.intake.models import ReceivedRow
from protocol.envelope.payloads import Answer
from protocol.errors.office import LetterAnsweredError
from protocol.records.followups import Letter, LetterKind
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.centre import Centre, Ground


async def test_processes_that_take_the_same_envelopes_open_each_case_once(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        village = await one.village()
        two.relay.editions.adopt(one.relay.editions.roster.edition)
        drafts = [village.randomness.token(16) for _ in range(20)]
        wires = [village.submit(application=draft) for draft in drafts * 2]
        bad = [village.submit(form={}) for _ in range(3)]

        await asyncio.gather(
            *(one.bring(*wires[n::4], *bad) for n in range(4)),
            *(two.bring(*bad, *reversed(wires[n::4])) for n in range(4)),
        )

        cases = await one.cases()
        assert {case["application"] for case in cases} == {draft.hex() for draft in drafts}
        assert [int(case["case"][-6:]) for case in cases] == list(range(1, 21))
        assert await one.count(ReceivedRow) == 43
        lines = await one.receipts(village)
        assert sorted(line.number for line in lines) == list(range(1, 81))
        assert sum(line.duplicate for line in lines) == 40
        assert len(await one.rejections(village)) == 3


async def test_processes_that_take_form_and_blob_complete_the_case(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        village = await one.village()
        two.relay.editions.adopt(one.relay.editions.roster.edition)
        cards = [village.scan(b"%d" % n) for n in range(10)]
        await one.bring(*(village.submit(card) for card in cards))

        await asyncio.gather(
            *(centre.bring(card) for card, centre in zip(cards, (one, two) * 5, strict=True)),
        )

        assert {case["state"] for case in await one.cases()} == {"complete"}
        assert len(await one.receipts(village)) == 20


async def test_handlers_who_answer_one_letter_at_two_processes_answer_it_once(
    ground: Ground, tmp_path: Path, postgres: PostgresServer
) -> None:
    place = (ground, postgres.empty_database(), tmp_path / "county")
    async with Centre.open(*place) as one, Centre.open(*place) as two:
        village = await one.village()
        two.relay.editions.adopt(one.relay.editions.roster.edition)
        letter = Letter(kind=LetterKind.COMPLAINT, words="等了两个月")
        ids = [bytes([n]) * 16 for n in range(1, 11)]
        await one.bring(*(village.follow_up(letter, follow_up=own) for own in ids))
        services = [at.county.followed.letters for at in (one, two)]

        done = await asyncio.gather(
            *(at.answer(own.hex(), f"{n}") for own in ids for n, at in enumerate(services)),
            return_exceptions=True,
        )

        assert sum(isinstance(told, Answered) for told in done) == len(ids)
        assert sum(isinstance(told, LetterAnsweredError) for told in done) == len(ids)
        told = {a.follow_up: a.words for _, a in await one.mail(village) if isinstance(a, Answer)}
        shown = await services[0].page(after="", limit=20)
        assert {bytes.fromhex(at.letter.follow_up): at.answer for at in shown} == told
