"""The one file that verifies slips: opened from a disk, without a network, in a real browser."""

import random
from pathlib import Path

from playwright.async_api import Page, expect

from protocol.envelope.keys import PublicKeys, SoftwareSigner
from protocol.errors.slips import SlipError, SlipUnknownError
from protocol.ids import NodeId
from protocol.limits import MAX_NUMBER_CHARS
from protocol.trust.roster import Drained, Role, RosterEntry, State
from protocol.trust.slip import Slip, grouped, scanned_text, signed_rows
from protocol.trust.typed_rows import MARK, read_rows, typed_rows
from runtime.node.slip_page import slip_page
from runtime.node.slips import verified
from tests.browser.axe import in_words
from tests.browser.console import MARKS
from tests.builders.clock import START_MS
from tests.builders.rosters import SmallAuthority

pytestmark = MARKS

STATION = NodeId("5001451423103201")
NOW, LOST, OTHER = (SoftwareSigner(bytes([n]) * 32) for n in (1, 2, 3))
NAME = "独山</script><script>document.title='x'</script>村"
ENTRY = RosterEntry(
    role=Role.STATION,
    state=State.ACTIVE,
    code="451423103201",
    name=NAME,
    keys=PublicKeys(signing=NOW.public_bytes()),
    drained=(Drained(signing=(LOST.public_bytes(),)),),
)
COUNTY = RosterEntry(
    role=Role.COUNTY,
    state=State.ACTIVE,
    code="451423000000",
    name="龙州县",
    keys=PublicKeys(signing=OTHER.public_bytes()),
)
ROSTER = SmallAuthority().roster(7, {STATION: ENTRY, NodeId("c" * 16): COUNTY})


def slip(
    number: str = "451423-2026-1-000000001-614781-87",
    item: str = "pension",
    station: str = STATION,
) -> Slip:
    return Slip(
        station=bytes.fromhex(station),
        division="451423103201",
        application=bytes(range(16)),
        envelope=bytes(range(32)),
        item=item,
        at_ms=START_MS,
        number=number,
    )


async def opens(page: Page, folder: Path) -> None:
    """From the disk, and cut off."""
    path = folder / "slips.html"
    path.write_bytes(slip_page(ROSTER))
    await page.context.set_offline(True)
    await page.goto(path.as_uri())
    await expect(page.get_by_role("heading", name="核验收件凭证")).to_be_visible()


async def judged(page: Page, text: str) -> str:
    """What the page says of it."""
    await page.get_by_label("凭证上的文字").fill(text)
    await page.get_by_role("button", name="核验").click()
    return await page.get_by_role("status").inner_text()


async def test_a_true_slip_is_told_from_every_other_without_a_network(
    page: Page, tmp_path: Path
) -> None:
    await opens(page, tmp_path)
    rows = signed_rows(NOW, slip())
    typed = "\n".join(grouped(row) for row in rows)
    for text in (scanned_text(rows), typed, typed.lower().replace("0", "o").replace("1", "l")):
        said = await judged(page, text)
        assert "凭证属实" in said
        for fact in (NAME, "451423103201", "pension", slip().number, bytes(range(32)).hex()):
            assert fact in said
        assert "2026-" in said
    wrong = rows[1][:3] + ("A" if rows[1][3] != "A" else "B") + rows[1][4:]
    assert "出错的行：2" in await judged(page, " ".join([rows[0], wrong, *rows[2:]]))
    assert "是假的，或者有人改过" in await judged(page, scanned_text(signed_rows(OTHER, slip())))
    assert "丢失或更换" in await judged(page, scanned_text(signed_rows(LOST, slip())))
    assert "bytes" not in await judged(page, "YZ1:NONSENSE")
    assert await page.title() == "核验收件凭证"
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Verify a slip")).to_be_visible()
    assert await in_words(page) == []


CASES = """(texts) => texts.map((text) => {
  try { return verified(text).application; }
  catch (error) { return error.code === "unknown" ? "unknown" : "refused"; }
})"""


async def test_it_judges_as_the_programs_do(page: Page, tmp_path: Path) -> None:
    """Whatever a slip says, and whatever was changed in it after it was signed."""
    await opens(page, tmp_path)
    chance = random.Random(7)
    texts, wanted = list[str](), list[str]()
    for _ in range(120):
        number, item = "x" * chance.randrange(MAX_NUMBER_CHARS), "事" * chance.randrange(1, 60)
        one = slip(number, item, chance.choice((STATION, STATION, STATION, "a" * 16)))
        signer = chance.choice((NOW, LOST, OTHER))
        data = bytearray(read_rows(scanned_text(signed_rows(signer, one))))
        if chance.random() < 0.5:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        text = MARK + "".join(typed_rows(bytes(data)))
        texts.append(text)
        try:
            wanted.append(verified(ROSTER, text).application)
        except SlipUnknownError:
            wanted.append("unknown")
        except SlipError:
            wanted.append("refused")
    assert len(set(wanted)) == 3
    assert await page.evaluate(CASES, texts) == wanted
