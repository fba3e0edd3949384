"""Schedules in which the campaign once asked for more than was promised."""

from collections.abc import Iterator, Sequence

import pytest

from tests.campaign.schedules.actions import (
    Action,
    Backup,
    Copy,
    Exchange,
    Meanwhile,
    Replace,
    Restore,
    Submit,
    SubmitAgain,
    Tidy,
)
from tests.campaign.schedules.affairs import (
    LoneRelease,
    Renew,
    ReplacePc,
    Stop,
)
from tests.campaign.schedules.driver import Campaign, campaign


@pytest.fixture(scope="module")
def one() -> Iterator[Campaign]:
    with campaign() as made:
        yield made


ALLOWED: dict[str, Sequence[Action]] = {
    "what is refused from a stopped station may go with its PC": [
        Submit("pc1", 300),
        Exchange("pc1"),
        Stop("pc1"),
        Meanwhile(),
        ReplacePc("pc1"),
    ],
    "what was handed in before may be handed in again where nothing new may": [
        Submit("pc0"),
        Stop("pc0"),
        Meanwhile(),
        SubmitAgain("pc0"),
    ],
    "an id that stood for another content was refused, and is not owed": [
        Submit("pc1", 300),
        Meanwhile(),
        ReplacePc("pc1"),
        Meanwhile(),
        Exchange("pc1"),
        SubmitAgain("pc1", 3, 70_000),
        Meanwhile(),
        LoneRelease(),
        Replace("county"),
    ],
    "a copy of a PC from before it took new keys is of no use": [
        Renew("pc0"),
        Copy("pc0"),
        Meanwhile(),
        Meanwhile(),
        Tidy("pc0"),
        Submit("pc0"),
        Meanwhile(),
        Restore("pc0", 1),
    ],
    "what is safe is lost with the county and every backup": [
        Submit("pc0", 70_000),
        Meanwhile(),
        Backup(),
        Exchange("hub"),
        Replace("county"),
    ],
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_may_be_lost_is_no_fault(one: Campaign, name: str) -> None:
    assert not one.play(ALLOWED[name], 1).reason
