"""Schedules that once broke a promise, as short as they became."""

from collections.abc import Iterator, Sequence

import pytest

from tests.campaign.schedules.actions import (
    Action,
    Backup,
    Clone,
    Copy,
    Days,
    Decide,
    Exchange,
    ExchangeInTheDark,
    LoseDatabase,
    Meanwhile,
    Replace,
    Restore,
    RestoreBackup,
    SetClock,
    StickIn,
    StickOut,
    Submit,
    SubmitAgain,
    SubmitInTheDark,
    Tidy,
    WrongCounty,
)
from tests.campaign.schedules.affairs import (
    AnnounceAuthority,
    Detour,
    Drain,
    DropAuthorities,
    Judge,
    Renew,
    ReplacePc,
    UseAuthority,
)
from tests.campaign.schedules.driver import Campaign, campaign


@pytest.fixture(scope="module")
def one() -> Iterator[Campaign]:
    with campaign() as made:
        yield made


FOUND: dict[str, Sequence[Action]] = {
    # a part of a blob that was whole already took the blob off the hub's queue
    "a blob that comes twice to the hub still goes up": [Submit("pc0", 70_000), Clone("pc0")],
    "a county that began empty gets the files again": [
        Submit("pc0", 70_000),
        Exchange("pc0"),
        Exchange("hub"),
        Exchange("pc0"),
        Replace("county"),
    ],
    # parts go up whose envelope only the lost county had: refused, and they come again with it
    "files without their envelope come again with it": [
        Submit("pc1", 70_000),
        Exchange("pc1", half_duplex=True),
        Exchange("hub", cut_up=4475),
        Replace("county"),
    ],
    # the hub has not met the county: it shows the mark of a station that had called it straight
    "a county put back by hand hears of it through a hub that is new to it": [
        Submit("pc0"),
        Copy("county"),
        Exchange("pc0", straight=True),
        Restore("county"),
        Submit("pc0", 70_000),
    ],
    # the receipt was still with the hub, and the county gave its number to another meanwhile
    "a county put back by hand before any station had its mark gets again what it lost": [
        Submit("pc0", 70_000),
        Copy("county"),
        Exchange("pc0"),
        Exchange("hub", cut_up=1281, cut_down=44_843),
        Submit("pc0"),
        Exchange("hub"),
        Restore("county"),
    ],
    # one word of the wrong county made old what the county, put back, had just lost
    "a station waits for another word before it lets go": [
        Clone("pc0"),
        Submit("pc0b", 70_000),
        Copy("county"),
        Meanwhile(),
        Meanwhile(),
        Days(30),
        WrongCounty("pc0"),
        Restore("county"),
    ],
    # the PC that was put back had pushed nothing since: only its hub can notice
    "a PC put back that had only been told something is told again": [
        Submit("pc0"),
        Meanwhile(),
        Meanwhile(),
        Decide(0),
        Copy("pc0"),
        Exchange("hub"),
        Exchange("pc0"),
        Restore("pc0"),
    ],
    # what the PC was told since is newer than the decision that was lost
    "newer words do not hide a decision that was lost before them": [
        Submit("pc0"),
        Meanwhile(),
        Meanwhile(),
        Decide(0),
        Days(30),
        Copy("pc0"),
        Submit("pc0"),
        Exchange("hub"),
        Exchange("pc0"),
        Restore("pc0"),
        SubmitAgain("pc0"),
    ],
    # nobody tells the county: the mark that the station shows does
    "a county folder put back by hand gets again what it lost": [
        Submit("pc0"),
        Meanwhile(),
        Meanwhile(),
        Copy("county"),
        Submit("pc0", 70_000),
        Submit("pc1"),
        Meanwhile(),
        Meanwhile(),
        Restore("county"),
    ],
    # no station has a receipt of it: the hub remembers what the county acknowledged
    "what the county lost before its receipt came down is sent again": [
        Copy("county"),
        Submit("pc0"),
        Exchange("pc0"),
        Exchange("hub", cut_down=250, piece=37),
        Restore("county"),
    ],
    # nobody asks about a case that is settled: the county remembers what the hub acknowledged
    "a hub put back by hand gets results again": [
        Submit("pc0"),
        Meanwhile(),
        Meanwhile(),
        Copy("hub"),
        Decide(0),
        Exchange("hub"),
        Restore("hub"),
    ],
    # its receipt went to the disk that is lost, and the hub believes that it was told
    "a PC that was set back asks the county what it was told": [
        Submit("pc0"),
        Copy("pc0"),
        Meanwhile(),
        Meanwhile(),
        Restore("pc0"),
    ],
    "a PC whose database was lost asks for receipts and results": [
        Submit("pc0", 2000),
        Meanwhile(),
        Decide(0),
        Meanwhile(),
        LoseDatabase("pc0"),
    ],
    # its receipt came down by itself, so that nothing seemed to wait for a word any more
    "a PC whose database was lost asks for results of what is settled": [
        Exchange("pc0"),
        Copy("pc0"),
        Submit("pc0"),
        Exchange("pc0"),
        Restore("pc0"),
        SubmitAgain("pc0", 1),
        Meanwhile(),
        Decide(0),
        Tidy("pc0"),
        Meanwhile(),
        Meanwhile(),
        LoseDatabase("pc0"),
    ],
    # days old, it counted as one lane higher than the decision that announces it, and overtook it
    "a file that is told again does not come before its decision": [
        Exchange("pc0"),
        Copy("pc0"),
        Submit("pc0"),
        Exchange("pc0"),
        Restore("pc0"),
        Submit("pc0"),
        Meanwhile(),
        Decide(0),
        Tidy("pc0"),
        Decide(4),
        StickOut("pc0"),
        Meanwhile(),
        Meanwhile(),
        LoseDatabase("pc0"),
    ],
    # the first county that a station hears of need not be the one that its hub has fed
    "a county lost before its stations heard of it gets everything": [
        Submit("pc1"),
        Exchange("pc1"),
        Exchange("hub"),
        Replace("county"),
        Exchange("hub"),
    ],
    # by a date far ahead, set before anybody had told the time, all that was settled was old
    "a date far ahead before the first exchange lets nothing go": [
        Copy("hub"),
        Submit("pc1"),
        Meanwhile(),
        SetClock("pc1", 3_203_709_639_775),
        SubmitInTheDark("pc1", "inside", 300),
        Restore("hub", 2),
    ],
    # what a county that was 200 days ahead let go of was offered to the next one, empty
    "what was let go is not offered again": [
        Submit("pc0"),
        Meanwhile(),
        Meanwhile(),
        Days(30),
        WrongCounty("pc0"),
        Replace("county"),
    ],
    # a receipt of the new county came ahead of its name: then no host could tell that name
    "a station at another hub hears that the county is another": [
        Detour("pc0"),
        Submit("pc0"),
        StickOut("pc0"),
        Meanwhile(),
        Replace("county"),
        Meanwhile(),
    ],
    # stations count only the words of the newest life of the county
    "a restored county says again what it has": [
        Submit("pc1"),
        Meanwhile(),
        Backup(),
        RestoreBackup(),
    ],
    # its file still lay on the way on which the lost PC had called, and had taken it
    "a file that another PC took straight comes to its successor through the hub": [
        Submit("pc0"),
        Exchange("pc0"),
        Exchange("hub"),
        Decide(0),
        Exchange("pc0", cut_up=1885, straight=True),
        ReplacePc("pc0"),
    ],
    # what it had sealed with the keys before proved them, and ended the TLS key that it calls by
    "a PC that asks for keys again is not locked out": [
        Renew("pc0"),
        Meanwhile(),
        Meanwhile(),
        Tidy("pc0"),
        Submit("pc0"),
        Renew("pc0"),
    ],
    # the certificate waited at the dead line, and the word of where it is was of the former key
    "a PC whose certificate lies at another hub is still believed where it is": [
        Submit("pc1"),
        Detour("pc1"),
        Renew("pc1"),
        Meanwhile(),
    ],
    # the county forgot where the PC is, and the PC had no reason to say so again
    "a county put back by hand hears again where a PC calls": [
        Exchange("pc0", straight=True),
        Copy("county"),
        Exchange("pc0", cut_down=355),
        Exchange("hub", loses=True),
        Submit("pc0"),
        Restore("county"),
    ],
    # its word had the number of the word that it had forgotten
    "a PC that forgot that it had called the county says again where it is": [
        Submit("pc0"),
        Meanwhile(),
        Exchange("pc0"),
        Tidy("pc0"),
        Exchange("hub", cut_up=1084, cut_down=1326),
        Exchange("pc0", half_duplex=True, loses=True, straight=True),
        LoseDatabase("pc0"),
    ],
    # receipts from before lay at the hub, and settled anew what was just put in doubt
    "receipts of before a county was put back settle nothing after it": [
        Submit("pc0", 300),
        Copy("county"),
        Meanwhile(),
        Restore("county"),
        ExchangeInTheDark("hub", "hub", 7, "before"),
    ],
    # its numbers soon passed the mark of before, and its old receipts counted again
    "what a county said before another followed it does not count when it is put back": [
        Copy("county"),
        AnnounceAuthority(),
        Submit("pc0", 300),
        UseAuthority(),
        Meanwhile(),
        Replace("county"),
        Meanwhile(),
        Meanwhile(),
        Meanwhile(),
        Renew("pc1"),
        Restore("county"),
    ],
    # the second was checked against the roster that was held before the first
    "two rosters that come in one batch are both taken": [
        Renew("pc0"),
        Submit("pc0", 300),
        Meanwhile(),
        Exchange("pc0"),
        Detour("pc0"),
        Decide(0),
        AnnounceAuthority(),
        UseAuthority(),
        Tidy("pc0"),
        Submit("pc0"),
        Meanwhile(),
        DropAuthorities(),
    ],
    "a successor that is withdrawn hears what was decided": [
        Submit("pc1"),
        StickOut("pc1"),
        StickIn("county"),
        Decide(0),
        ReplacePc("pc1"),
        Drain("pc1"),
    ],
    # the PC that it had replaced had never sealed anything: two beginnings seemed to be of two PCs
    "a successor put back to before its first envelope shows as a fork": [
        ReplacePc("pc0"),
        Meanwhile(cut_up=25_159),
        Copy("pc0"),
        Meanwhile(),
        Submit("pc0"),
        Meanwhile(),
        Restore("pc0"),
        Meanwhile(),
        Submit("pc0"),
    ],
    # as it was drawn: it failed once, and what had made it fail was mended before it was shortened
    "what the lost PC's stick and its withdrawn successor bring is judged to the end": [
        Submit("pc0", 70_000),
        Meanwhile(),
        Submit("pc0", 300),
        Meanwhile(),
        StickOut("pc0"),
        Decide(0),
        ReplacePc("pc0"),
        StickIn("hub"),
        StickIn("county"),
        Meanwhile(),
        Submit("pc0"),
        Submit("pc0", 300),
        Drain("pc0"),
        Submit("pc0", 300),
        Judge(),
        Judge(),
    ],
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(one: Campaign, name: str) -> None:
    assert not one.play(FOUND[name], 1).reason
