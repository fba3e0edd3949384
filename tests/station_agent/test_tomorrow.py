"""A county of tomorrow answers a station of today: what must be understood waits for a while."""

import json
from dataclasses import replace

import pytest

from protocol.catalogue.items.entries import catalogue_entries
from protocol.codec import pack, unpack_plain
from protocol.envelope.payloads import Decision, Outcome, ReceiptState
from protocol.errors import CatalogueError, NeedsNewerError
from protocol.exchange.messages import EnvelopeItem, Hello
from protocol.exchange.wire import encode
from protocol.ids import ApplicationId, ExchangeId
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.roster import RosterProof
from station_agent.app import Station
from station_agent.store import editions, refusals
from tests.builders.clerk import status_of
from tests.builders.tomorrow import extended, of_type, upgraded
from tests.station_agent.county import CATALOGUE, COUNTY
from tests.station_agent.village import Village

CODE = "peer.needs-newer"


def decision(application: ApplicationId, n: int, note: str) -> Decision:
    return Decision(
        application=bytes.fromhex(application),
        case="451423-1",
        outcome=Outcome.APPROVED,
        note=note,
        n=n,
        at_ms=1_790_000_000_000 + n,
    )


def roster_of_tomorrow(
    village: Village, version: int, *, must: bool, base: Edition | None = None
) -> Edition:
    """The county's own entry has a curfew, which today's program does not know."""
    entries = dict((base or village.county.make_roster(version)).entries)
    plain = unpack_plain(entries[COUNTY])
    assert isinstance(plain, dict)
    plain |= {"curfew": f"22:0{version % 10}"} | ({"must": ["curfew"]} if must else {})
    entries[COUNTY] = pack(plain)
    head = make_head(Kind.ROSTER, version, entries, 0)
    delegation = unpack_plain(village.county.roster.proof)
    assert isinstance(delegation, list)
    proof = RosterProof(delegation=delegation[0], head=sign_head(village.county.registrar, head))
    return Edition(head=head, proof=pack(proof), entries=entries)


async def waiting(station: Station) -> int:
    return int((await status_of(station))["needs_newer"])


async def rosters(station: Station) -> tuple[int, int]:
    """In force, and held for a newer program."""
    return await station.database.read(
        lambda tx: (editions.version(tx, Kind.ROSTER), editions.newer_roster_version(tx))
    )


async def test_an_answer_of_tomorrow_waits_and_is_taken_once_by_the_newer_program(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        plain, final = (decision(application, n, f"第{n}次答复") for n in (1, 2))
        for payload in (extended(plain, appeal_days=60), extended(final, must=True, appeal_days=9)):
            village.parent.send(village.county.post_bytes(payload))
        await village.exchange(station)
        assert village.parent.refused == {}
        assert (await village.shown(station, application))["result"]["note"] == "第1次答复"
        assert await waiting(station) == 1
    async with village.open() as station:  # the same program
        assert await waiting(station) == 1
    with upgraded():
        async with village.open() as station:
            shown = await village.shown(station, application)
            assert shown["result"]["note"] == "第2次答复"
            assert await waiting(station) == 0
            rows = await station.database.read(
                lambda tx: tx.rows("SELECT kind FROM inbox WHERE kind LIKE 'decision%'")
            )
            assert len(rows) == 2
        async with village.open() as station:
            assert (await village.shown(station, application))["result"]["note"] == "第2次答复"


async def test_answers_are_taken_in_the_order_in_which_they_came(village: Village) -> None:
    async with village.open() as station:
        applications = [await village.submit(station) for _ in range(4)]
        await village.exchange(station)
        for n, application in enumerate(applications, 1):
            payload = extended(decision(application, n, f"{n}"), must=True, appeal_days=n)
            village.parent.send(village.county.post_bytes(payload))
        village.parent.send(village.county.post_bytes(of_type("lottery", prize=1)))
        await village.exchange(station)
        assert await waiting(station) == 5
    with upgraded():
        async with village.open() as station:
            assert await waiting(station) == 1  # of a kind that this program does not know either
            rows = await station.database.read(
                lambda tx: tx.rows(
                    "SELECT application, result_n FROM applications ORDER BY result_n"
                )
            )
            assert [row["application"] for row in rows] == applications


async def test_a_receipt_with_more_in_it_still_counts(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        receipt = village.county.receipt(envelope.id, ReceiptState.RECEIVED, "451423-7")
        opened = village.county.payload_of(receipt)
        village.parent.send(village.county.post_bytes(extended(opened, printed_by="window 3")))
        await village.exchange(station)
        assert await village.state(station, application) == "received"


async def test_a_roster_that_must_be_understood_is_held_and_the_one_before_obeyed(
    village: Village,
) -> None:
    second = roster_of_tomorrow(village, 2, must=True)
    third = roster_of_tomorrow(village, 3, must=True, base=second)
    async with village.open() as station:
        village.parent.publish(village.county.news(Kind.ROSTER, second))
        await village.exchange(station)
        assert village.parent.refused == {}
        assert await rosters(station) == (1, 2)
        assert await waiting(station) == 1
        await village.exchange(station)
        assert village.parent.greeted[-1].roster == 2  # it is not sent again
        village.parent.publish(village.county.news(Kind.ROSTER, third, second))
        await village.exchange(station)
        assert await rosters(station) == (1, 3)
        application = await village.submit(station)  # it works on by the old one
        await village.exchange(station)
        assert village.envelope_of(application).header.seq == 1
    with upgraded():
        async with village.open() as station:
            assert await rosters(station) == (3, 0)
            entries = await station.database.read(lambda tx: editions.entries(tx, Kind.ROSTER))
            assert entries == dict(third.entries)
            assert await waiting(station) == 0


async def test_a_roster_with_what_may_be_ignored_is_obeyed_and_kept_as_it_came(
    village: Village,
) -> None:
    second = roster_of_tomorrow(village, 2, must=False)
    async with village.open() as station:
        village.parent.publish(village.county.news(Kind.ROSTER, second))
        await village.exchange(station)
        assert await rosters(station) == (2, 0)
        entries = await station.database.read(lambda tx: editions.entries(tx, Kind.ROSTER))
        assert entries == dict(second.entries)


async def test_one_item_of_tomorrow_does_not_stop_the_rest_of_the_catalogue(
    village: Village,
) -> None:
    release = village.county.make_release(2, CATALOGUE)
    entries = dict(release.entries)
    permit = json.loads(entries["permit"]) | {"lottery": True, "must": ["lottery"]}
    entries["permit"] = json.dumps(permit).encode()
    head = make_head(Kind.RELEASE, 2, entries, 0)
    edition = replace(
        release, head=head, proof=sign_head(village.county.keys.signer, head), entries=entries
    )
    async with village.open() as station:
        village.parent.publish(village.county.news(Kind.RELEASE, edition))
        await village.exchange(station)
        assert (await status_of(station))["release"] == 2
        assert await village.submit(station)
        with pytest.raises(NeedsNewerError, match="lottery"):
            await station.intake.submit(village.submission(item="permit"))
    with pytest.raises(CatalogueError, match="lottery"):  # nobody publishes it unawares
        catalogue_entries(json.dumps({"items": [permit]}).encode())


async def test_an_envelope_that_nobody_on_the_way_understands_stays_with_its_sender(
    village: Village,
) -> None:
    async with village.open() as station:
        good = village.county.post_bytes(extended(decision(ApplicationId("ab" * 16), 1, "x")))
        header = unpack_plain(good.header_bytes)
        assert isinstance(header, dict)
        other = village.county.signed_as(header | {"z": 1, "must": ["z"]}, good.sealed)
        items = [EnvelopeItem(wire=other), EnvelopeItem(wire=good.wire)]
        refused = await station.exchanges.stores().store(ExchangeId(b"exchange"), 2, items)
        assert refused == [(0, CODE)]


@pytest.mark.parametrize("program", ["0.1.0", "0.2.0"])
async def test_what_an_older_parent_refused_is_offered_to_its_newer_program(
    village: Village, program: str
) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        (row,) = await station.database.read(lambda tx: tx.rows("SELECT envelope FROM outbox"))
        village.parent.refuse = {bytes(row["envelope"]): CODE}
        for _ in range(3):
            await station.database.write(refusals.try_again)
            await village.exchange(station)
        status = await status_of(station)
        assert [one["code"] for one in status["aside"]] == [CODE]
        village.parent.refuse, village.parent.program = {}, program
        await village.exchange(station)
        await village.exchange(station)
        taken = application in {
            village.county.open(one).application.hex() for one in village.parent.envelopes.values()
        }
        assert taken == (program == "0.2.0")


def test_a_hello_tells_the_program() -> None:
    hello = Hello(instance=b"instance", exchange=b"exchange", program="0.1.0")
    assert b"0.1.0" in encode(hello)
