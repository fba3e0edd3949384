"""What the control socket offers is refused in words when it is asked for nonsense."""

import pytest

from central.county.control.operations import CountyOperations
from protocol.errors import RefusedError
from runtime.cli.command import silent
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre


async def test_an_unknown_outcome_is_wrong_usage(centre: Centre) -> None:
    operations = CountyOperations.of(centre.county, Notes())
    decide = operations.handlers()["county.decide"]
    with pytest.raises(RefusedError, match="maybe"):
        await decide({"case": "1", "outcome": "maybe", "note": "", "attach": []}, silent)
