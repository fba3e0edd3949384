"""What the control socket offers is refused in words when it is asked for nonsense."""

import pytest

from central.county.operations import county_operations
from protocol.errors import UsageError
from runtime.command import silent
from tests.central.county.centre import Centre


async def test_an_unknown_outcome_is_wrong_usage(centre: Centre) -> None:
    decide = county_operations(centre.county)["county.decide"]

    with pytest.raises(UsageError, match="maybe"):
        await decide({"case": "1", "outcome": "maybe", "note": "", "attach": []}, silent)
