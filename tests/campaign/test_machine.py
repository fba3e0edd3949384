"""The same county under Hypothesis, which looks for schedules in another way than chance does."""

import asyncio
import shutil
from collections.abc import Coroutine
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.builders.disks.lasting import lasting_folder
from tests.campaign.commands import happen
from tests.campaign.fast import CampaignLoop, fast
from tests.campaign.judging.oracle import fair_contact
from tests.campaign.judging.promises import Failure, Promise
from tests.campaign.mutants.table import MUTANTS
from tests.campaign.places import Places, make_places
from tests.campaign.power import Grid, wired
from tests.campaign.schedules import actions
from tests.campaign.world import World

PCS, NODES = (
    st.sampled_from(["pc0", "pc1", "pc0b"]),
    st.sampled_from(["pc0", "pc1", "hub", "county"]),
)
CHILDREN = st.sampled_from(["pc0", "pc1", "pc0b", "hub"])
SIZES = st.sampled_from([0, 0, 300, 70_000])
CUTS = st.none() | st.integers(20, 1500) | st.integers(1500, 80_000)
MOMENTS = st.sampled_from(actions.MOMENTS)
DATES_MS = st.integers(315_532_800_000, 4_102_444_800_000)  # 1980 to 2100
FEW = st.integers(0, 3)

SUBMITS = (
    st.builds(actions.Submit, PCS, SIZES)
    | st.builds(actions.SubmitAgain, PCS, FEW, SIZES)
    | st.builds(actions.SubmitInTheDark, PCS, MOMENTS, SIZES)
)
EXCHANGES = st.builds(
    actions.Exchange,
    CHILDREN,
    cut_up=CUTS,
    cut_down=CUTS,
    half_duplex=st.booleans(),
    loses=st.booleans(),
)
DARK = st.builds(
    actions.ExchangeInTheDark,
    st.sampled_from(["pc0", "pc1"]),
    st.sampled_from(["pc0", "pc1", "hub"]),
    st.integers(0, 12),
    MOMENTS,
)
LOSSES = (
    st.builds(actions.Copy, st.sampled_from(["pc0", "pc1", "hub"]))
    | st.builds(actions.Restore, st.sampled_from(["pc0", "pc1", "hub"]), FEW)
    | st.builds(actions.Replace, st.sampled_from(["hub", "county"]))
    | st.builds(actions.LoseDatabase, PCS)
    | st.just(actions.Backup())
    | st.builds(actions.RestoreBackup, FEW)
)
MISHAPS = (
    st.builds(actions.Restart, NODES)
    | st.builds(actions.CutPower, NODES)
    | st.just(actions.Clone("pc0"))
    | st.builds(actions.SetClock, PCS, DATES_MS)
    | st.builds(actions.SetClock, st.just("hub"), DATES_MS)
    | st.builds(actions.WrongCounty, PCS)
    | st.builds(actions.OldTime, PCS)
    | st.builds(actions.Days, st.sampled_from([1, 30, 100]))
)
STICKS = st.builds(actions.StickOut, NODES) | st.builds(actions.StickIn, NODES, FEW)


@cache
def _places() -> tuple[Places, Path]:
    """Made once for all examples."""
    folder = lasting_folder("machine", in_memory=True)
    return asyncio.run(make_places(folder / "template")), folder


class CountyMachine(RuleBasedStateMachine):
    """Every rule is an action; in the end there is fair contact."""

    def __init__(self) -> None:
        super().__init__()
        places, folder = _places()
        grid = Grid()
        self._batch = ExitStack()
        self._batch.enter_context(fast())
        self._batch.enter_context(wired(grid))
        runner = asyncio.Runner(loop_factory=CampaignLoop, debug=False)
        self._runner = self._batch.enter_context(runner)
        self._world = World(places, folder / "now", grid, villages=2, seed=1)
        self._run(self._world.__aenter__())

    @rule(action=SUBMITS)
    def work(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @rule(action=EXCHANGES)
    def talk(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @rule(action=DARK)
    def talk_in_the_dark(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @rule(action=LOSSES)
    def lose(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @rule(action=MISHAPS)
    def meet_with_a_mishap(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @rule(action=STICKS)
    def carry(self, action: actions.Action) -> None:
        self._run(happen(action, self._world))

    @invariant()
    def nothing_is_lost(self) -> None:
        self._run(self._observe())

    async def _observe(self) -> None:
        self._world.observe()

    def teardown(self) -> None:
        try:
            self._run(fair_contact(self._world))
        finally:
            self._run(self._world.__aexit__())
            self._batch.close()

    def _run(self, story: Coroutine[Any, Any, Any]) -> None:
        self._runner.run(story)


def teardown_module() -> None:
    if _places.cache_info().currsize:
        shutil.rmtree(_places()[1], ignore_errors=True)


TestCounty = CountyMachine.TestCase
TestCounty.settings = settings(
    max_examples=max(5, (settings.default.max_examples if settings.default else 0) // 5),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_machine_finds_a_broken_rule() -> None:
    few = settings(TestCounty.settings, max_examples=30, phases=[Phase.generate], derandomize=True)
    with MUTANTS["acknowledged before the commit"].breaking(), pytest.raises(Failure) as found:
        run_state_machine_as_test(CountyMachine, settings=few)
    assert Promise.ACKNOWLEDGED in found.value.promises
