"""Seeded chance: which schedule a seed stands for, with what usually goes wrong made usual."""

import math
import random
from typing import TYPE_CHECKING

from tests.campaign.schedules import actions
from tests.campaign.schedules.actions import Action
from tests.campaign.schedules.followed import with_followed
from tests.campaign.schedules.occasions import with_affairs

if TYPE_CHECKING:
    from collections.abc import Callable

_FROM_MS, _TO_MS = 315_532_800_000, 4_102_444_800_000  # 1980 to 2100
_SIZES = (0, 0, 0, 300, 2_000, 70_000)  # bytes of a file; the last takes two parts
# how many actions, and how often: most faults need few of them, some need many
_LENGTHS = {(2, 6): 50, (6, 12): 35, (12, 24): 15}
_ONE_PC = 0.4  # of all schedules: what one PC shows is shown in half the time


class Schedules:
    """Makes the schedule of one seed."""

    def __init__(self, seed: int) -> None:
        self._random, self._seed = random.Random(seed), seed
        self._pcs = ["pc0"] if self._random.random() < _ONE_PC else ["pc0", "pc1"]
        self._copied: list[str] = []
        self._backups = 0
        kinds: dict[Callable[[], Action | list[Action]], int] = {
            self._submit: 28,
            self._exchange_up: 26,
            self._exchange_hub: 20,
            self._dark: 8,
            lambda: actions.Meanwhile(cut_up=self._cut()): 4,
            lambda: actions.Restart(self._any()): 3,
            lambda: actions.CutPower(self._any()): 3,
            self._copy: 7,
            self._restore: 9,
            lambda: actions.Replace(self._random.choice(("hub", "county"))): 4,
            lambda: actions.LoseDatabase(self._pc()): 2,
            self._clone: 2,
            lambda: actions.SetClock(self._pc(), self._random.randint(_FROM_MS, _TO_MS)): 4,
            lambda: actions.SetClock("hub", self._random.randint(_FROM_MS, _TO_MS)): 2,
            lambda: actions.WrongCounty(self._pc(), self._random.choice((-200, 100, 200))): 2,
            lambda: actions.OldTime(self._pc()): 2,
            self._wrong_time: 3,
            lambda: actions.Days(self._random.choice((1, 1, 2, 30, 100))): 3,
            lambda: actions.Tidy(self._pc()): 3,
            actions.NewRoster: 2,
            actions.NewRelease: 2,
            lambda: actions.OldNews(self._any()): 2,
            lambda: actions.Decide(self._random.randrange(5)): 3,
            lambda: actions.StickOut(self._any()): 6,
            self._stick_in: 7,
            self._backup: 5,
            self._restore_backup: 5,
            self._wrong_date: 2,
            self._forgotten_draft: 2,
            self._gap: 2,
        }
        self._makers, self._weights = list(kinds), list(kinds.values())

    def make(self) -> list[Action]:
        """A schedule."""
        (length,) = self._random.choices(list(_LENGTHS), list(_LENGTHS.values()))
        count = self._random.randint(*length)
        schedule = [self._submit()]
        for make in self._random.choices(self._makers, self._weights, k=count):
            made = make()
            schedule += made if isinstance(made, list) else [made]
        return with_followed(
            with_affairs(schedule, self._pcs, self._seed), self._pcs[:2], self._seed
        )

    def _pc(self) -> str:
        return self._random.choice(self._pcs)

    def _any(self) -> str:
        return self._random.choice((*self._pcs, "hub", "county"))

    def _submit(self) -> Action:
        size, roll = self._random.choice(_SIZES), self._random.random()
        if roll < 0.12:
            return actions.SubmitAgain(self._pc(), self._random.randrange(6), size)
        if roll < 0.2:
            return actions.SubmitInTheDark(self._pc(), self._random.choice(actions.MOMENTS), size)
        return actions.Submit(self._pc(), size)

    def _exchange_up(self) -> Action:
        return self._exchange(self._pc())

    def _exchange_hub(self) -> Action:
        return self._exchange("hub")

    def _exchange(self, child: str) -> Action:
        chance = self._random
        return actions.Exchange(
            child,
            cut_up=self._cut(),
            cut_down=self._cut(),
            half_duplex=chance.random() < 0.15,
            loses=chance.random() < 0.5,
            piece=chance.choice((1 << 20, 1 << 20, 1000, 37)),
            straight=child != "hub" and chance.random() < 0.12,
        )

    def _cut(self) -> int | None:
        """Bytes after which a line is cut: a Hello takes 120, an envelope 330, a file more."""
        roll = self._random.random()
        if roll < 0.6:
            return None
        if roll < 0.85:
            return self._random.randint(20, 1500)
        return int(math.exp(self._random.uniform(math.log(1500), math.log(90_000))))

    def _dark(self) -> Action:
        child = self._random.choice((*self._pcs, "hub"))
        parent = "county" if child == "hub" else "hub"
        return actions.ExchangeInTheDark(
            child,
            self._random.choice((child, parent)),
            self._random.randrange(14),
            self._random.choice(actions.MOMENTS),
            half_duplex=self._random.random() < 0.1,
        )

    def _copy(self) -> Action:
        self._copied.append(self._random.choice((*self._pcs, "hub", "county")))
        return actions.Copy(self._copied[-1])

    def _restore(self) -> Action:
        if not self._copied:
            return self._copy()
        node, chance = self._random.choice(self._copied), self._random
        anew = node == "hub" and chance.random() < 0.5
        return actions.Restore(node, chance.choice((0, 0, 1, 2)), anew)

    def _backup(self) -> Action:
        self._backups += 1
        return actions.Backup()

    def _restore_backup(self) -> Action:
        """Our tool, and what it made."""
        if not self._backups:
            return self._backup()
        return actions.RestoreBackup(self._random.choice((0, 0, 0, 1)))

    # what chance alone would hardly ever put together

    def _wrong_date(self) -> list[Action]:
        """The county has an application, a date is set, and the slow jobs run by it."""
        pc = self._pc()
        return [
            actions.Submit(pc),
            actions.Exchange(pc),
            actions.Exchange("hub"),
            actions.Exchange(pc),
            actions.SetClock(pc, self._random.randint(_FROM_MS, _TO_MS)),
            actions.Tidy(pc),
        ]

    def _wrong_time(self) -> list[Action]:
        """The county has an application, and days later somebody's clock is far ahead."""
        pc, chance = self._pc(), self._random
        return [
            actions.Submit(pc),
            actions.Meanwhile(),
            actions.Meanwhile(),
            actions.Tidy(pc),
            *chance.choice(
                (
                    [],
                    [actions.Days(30)],
                    [actions.Days(1), actions.Exchange("hub"), actions.Exchange(pc)],
                )
            ),
            actions.Tidy(pc),
            chance.choice(
                (
                    actions.WrongCounty(pc),
                    actions.SetClock("hub", self._random.randint(_FROM_MS, _TO_MS)),
                )
            ),
            actions.Exchange(pc),
            actions.Tidy(pc),
        ]

    def _forgotten_draft(self) -> list[Action]:
        """A draft is handed in, sent, forgotten with the disk, and handed in again."""
        pc = self._pc()
        return [
            actions.Copy(pc),
            actions.Submit(pc),
            actions.Exchange(pc),
            actions.Restore(pc),
            actions.SubmitAgain(pc, self._random.randrange(3)),
        ]

    def _gap(self) -> list[Action]:
        """A stick brings the second of two numbers, or the first; the other is lost."""
        pc, chance = self._pc(), self._random
        return [
            actions.Copy(pc),
            actions.Submit(pc),
            actions.Submit(pc),
            actions.StickOut(pc),
            actions.StickIn("hub", spoiled=chance.choice((2, 3))),
            actions.Restore(pc),
        ]

    def _stick_in(self) -> Action:
        chance = self._random
        return actions.StickIn(
            self._any(), chance.choice((0, 0, 1, 3)), chance.choice((0, 0, 0, 2, 5))
        )

    def _clone(self) -> Action:
        pc = self._pc().removesuffix("b")
        self._pcs.append(pc + "b")
        return actions.Clone(pc)
