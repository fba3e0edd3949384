"""What every test shares: how hard Hypothesis tries, and which files come first."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Examples for each property: while writing, before landing, in a campaign.
EXAMPLES = {"dev": 25, "ci": 40, "deep": 5_000}

for profile, examples in EXAMPLES.items():
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,  # a busy machine is no fault; pytest's timeout catches a hang
        derandomize=bool(os.environ.get("CI")),  # a build fails for its change, not by chance
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# A file is one worker's: of these each takes half a minute or more, and begun last, the other
# workers would wait for it. Everything else, and the tests of each, come in any order.
LONG = (
    "faults/test_power.py",
    "campaign/test_campaign.py",
    "central/county/review/test_any_order.py",
    "central/accounts/test_logins.py",
    "system/test_chaos.py",
    "browser/test_console.py",
)


@pytest.hookimpl(trylast=True)  # after they were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {Path(__file__).parent / name for name in LONG}
    items.sort(key=lambda item: item.path not in first)
