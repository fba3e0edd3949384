"""Documents, posters and answers are sealed again for who asks, each at most once in a day."""

from central.county.casework.calls import AskPublicity, IssueDocument
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Answer, Document, Inquiry
from protocol.envelope.publicity_payloads import Publicity
from protocol.limits import ALLOWANCE_S
from protocol.records.followups import Letter, LetterKind
from tests.central.county.centre import Centre
from tests.central.county.village import Village

OWN = b"q" * 16


async def _told(centre: Centre, village: Village) -> list[int]:
    mail = [one for _, one in await centre.mail(village)]
    return [sum(isinstance(one, kind) for one in mail) for kind in (Document, Publicity, Answer)]


async def test_asking_all_day_seals_each_of_them_once(centre: Centre) -> None:
    village = await centre.village()
    letter = Letter(kind=LetterKind.COMPLAINT, words="等了两个月")
    wires = [village.submit(), village.follow_up(letter, follow_up=OWN)]
    await centre.bring(*wires)
    (number,) = [one["case"] for one in await centre.cases() if one["station"] == village.node]
    casework = centre.county.casework
    await casework.documents.issue(IssueDocument(case=number, name="受理通知书"))
    await casework.publicity.ask(AskPublicity(case=number, days=7), centre.county.intake.item)
    await centre.county.followed.letters.answer(OWN.hex(), "已查明。")
    ids = tuple(read_envelope(wire).id for wire in wires)
    seen = [await _told(centre, village)]
    for _ in range(2):
        for _ in range(3):
            await centre.bring(village.seal(Inquiry(envelopes=ids)))
        seen.append(await _told(centre, village))
        centre.clock.tick(1.1 * ALLOWANCE_S)
    assert seen == [[1, 1, 1], [2, 2, 2], [3, 3, 3]]
