"""What every test shares: how hard Hypothesis tries."""

import os

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
