"""What every test shares: how hard Hypothesis tries, which files come first, what costs nothing."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from tests.builders.guessing import cheap_to_guess
from tests.builders.scratch import keep_files_in_memory
from tests.builders.sharing_reading import read_share

HERE = Path(__file__).parent

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
    "central/pages/test_enemy.py",
    "system/lines/test_chaos.py",
    "system/nodes/test_retention.py",
    "system/keys/test_signing_processes.py",
    "browser/test_board.py",
    "browser/test_console.py",
)


def pytest_configure() -> None:
    """Before any folder is made, and before workers are."""
    keep_files_in_memory()


@pytest.hookimpl(trylast=True)  # after they were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {(HERE / name).resolve(strict=True) for name in LONG}  # each is there
    items.sort(key=lambda item: item.path not in first)


# These meet real programs, as what is marked so does, or try the cost of a guess itself.
DEAR = ("browser", "docs", "protocol", "vectors")


@pytest.fixture(scope="session", autouse=True)
def _statements() -> Iterator[None]:
    """What one test's database was asked is not compiled again for the next one's."""
    if "central.store.engine" not in sys.modules:  # no test of this run opens one
        yield
        return
    from tests.builders.statements import sharing_statements  # noqa: PLC0415 - loads SQLAlchemy

    with sharing_statements():
        yield


@pytest.fixture(scope="session", autouse=True)
def _templates() -> Iterator[None]:
    """What one test's pages are made of is not compiled again for the next one's."""
    if "runtime.web.templates" not in sys.modules:  # no test of this run shows one
        yield
        return
    from tests.builders.compiled import sharing_templates  # noqa: PLC0415 - loads Jinja

    with sharing_templates():
        yield


@pytest.fixture(scope="module", autouse=True)
def _cost_of_guessing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Elsewhere passwords and one-time codes take no time."""
    folder, *_ = request.path.relative_to(HERE).parts
    dear = folder in DEAR or request.node.get_closest_marker("system")
    with nullcontext() if dear else cheap_to_guess():
        yield


_RARELY = (10_000, 20, 20)  # for a few MiB more, a fortieth of the time


def pytest_sessionstart(session: pytest.Session) -> None:
    """Reading ten thousand tests makes little that could be collected, and much to look through."""
    gc.disable()
    read_share(session.config)


def pytest_collection_finish() -> None:
    """What was read lives to the end: no later collection looks through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()
