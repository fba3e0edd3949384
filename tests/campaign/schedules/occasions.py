"""Where in a schedule the administrator does something, and what: chance of its own.

Two schedules of five have such affairs. They are put in between what the seed stands for anyway.
"""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.campaign.schedules import actions, affairs
from tests.campaign.schedules.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable

_SHARE = 0.4  # of all schedules
_SUCCEEDED = 0.08  # of all schedules, whatever else happens in them
_ALONE = 0.5  # of those with affairs: the county sees nothing else but what belongs to them
_SALT = 1 << 40  # the schedule itself is drawn from the seed
_SIZES = (0, 0, 300, 70_000)  # bytes of a file


def with_affairs(schedule: Sequence[Action], pcs: Sequence[str], seed: int) -> list[Action]:
    """``schedule`` of ``seed``, with what the administrator does meanwhile, if anything."""
    busy = Occasions(pcs, random.Random(seed + _SALT)).among(schedule)
    return Occasions(pcs, random.Random(seed + 2 * _SALT)).with_another_authority(busy)


class Occasions:
    """Draws affairs, each with what is needed for it to matter."""

    def __init__(self, pcs: Sequence[str], chance: random.Random) -> None:
        self._pcs = [pc for pc in pcs if not pc.endswith("b")]
        self._random = chance
        kinds: dict[Callable[[], list[Action]], int] = {
            self._drained: 4,
            self._stopped: 3,
            self._replaced: 4,
            self._rekeyed: 4,
            self._renewed: 4,
            self._limited: 3,
            self._detoured: 4,
            self._lone: 3,
        }
        self._makers, self._weights = list(kinds), list(kinds.values())

    def among(self, schedule: Sequence[Action]) -> list[Action]:
        """Put one or two affairs in, whole or spread over the rest."""
        if self._random.random() >= _SHARE:
            return list(schedule)
        rest = list(schedule)
        if self._random.random() < _ALONE:
            rest = rest[: self._random.randrange(4)]
        for make in self._random.choices(
            self._makers, self._weights, k=self._random.choice((1, 2))
        ):
            rest = self._mixed(rest, make())
        return rest

    def with_another_authority(self, schedule: Sequence[Action]) -> list[Action]:
        """``schedule``, in which perhaps the TLS authority is replaced."""
        if self._random.random() >= _SUCCEEDED:
            return list(schedule)
        return self._mixed(list(schedule), self._succeeded())

    def _mixed(self, rest: list[Action], made: list[Action]) -> list[Action]:
        """``made`` in its order, in one piece or with the rest in between."""
        if self._random.random() < 0.5:
            at = self._random.randrange(len(rest) + 1)
            return [*rest[:at], *made, *rest[at:]]
        places = sorted(self._random.randrange(len(rest) + 1) for _ in made)
        for place, action in reversed(list(zip(places, made, strict=True))):
            rest.insert(place, action)
        return rest

    def _pc(self) -> str:
        return self._random.choice(self._pcs)

    def _submit(self, pc: str) -> Action:
        return actions.Submit(pc, self._random.choice(_SIZES))

    def _up(self, pc: str) -> list[Action]:
        """Some of the way to the county, or all of it."""
        return self._some(
            [],
            [actions.Exchange(pc)],
            [actions.Exchange(pc), actions.Exchange("hub")],
            [actions.Meanwhile(), actions.Meanwhile()],
            [actions.StickOut(pc), actions.StickIn("county")],
        )

    def _some(self, *often: Sequence[Action]) -> list[Action]:
        return list(self._random.choice(often))

    def _drained(self) -> list[Action]:
        """A station is withdrawn with an application on the way; perhaps it may come back."""
        pc = self._pc()
        return [
            self._submit(pc),
            *self._up(pc),
            affairs.Drain(pc),
            *self._up(pc),
            self._submit(pc),
            *self._some([], [affairs.Judge()], [actions.Exchange("hub"), affairs.Judge()]),
            *self._some([], [affairs.Resume(pc), *self._up(pc), *self._up(pc), self._submit(pc)]),
        ]

    def _stopped(self) -> list[Action]:
        """Nothing more of a station is taken, whatever is under way."""
        pc = self._pc()
        return [
            self._submit(pc),
            *self._up(pc),
            *self._some([], [affairs.Drain(pc), *self._up(pc)]),
            affairs.Stop(pc),
            *self._some([], [self._submit(pc)]),
            actions.Meanwhile(),
            *self._some([], [affairs.Judge()], [affairs.ReplacePc(pc), self._submit(pc)]),
        ]

    def _replaced(self) -> list[Action]:
        """A PC breaks with an application on the way; its successor works on."""
        pc = self._pc()
        return [
            self._submit(pc),
            *self._up(pc),
            *self._some([], [actions.Decide(0)]),
            *self._some([], [actions.StickOut(pc)]),
            affairs.ReplacePc(pc),
            *self._some([], [actions.StickIn("hub")], [actions.SubmitAgain(pc, 0)]),
            actions.Meanwhile(),
            *self._up(pc),
            self._submit(pc),
            *self._some([], [affairs.Judge()]),
        ]

    def _rekeyed(self) -> list[Action]:
        """New opening keys while envelopes sealed for the old ones are under way."""
        pc, kept = self._pc(), [actions.Backup()]
        return [
            *self._some(kept, []),
            self._submit(pc),
            affairs.AnnounceKeys(),
            *self._some(kept, kept, []),
            affairs.UseKeys(),
            *self._some([actions.Meanwhile()], [actions.Meanwhile(), actions.Meanwhile()]),
            self._submit(pc),
            *self._some([], [actions.Restart("county")], [actions.RestoreBackup(0)]),
            *self._up(pc),
        ]

    def _renewed(self) -> list[Action]:
        """New keys of a station while envelopes signed with the old ones are under way."""
        pc, round_trip = self._pc(), [actions.Meanwhile(), actions.Meanwhile()]
        return [
            *self._some([], [self._submit(pc)]),
            affairs.Renew(pc),
            *self._some([], [self._submit(pc)]),
            *round_trip,
            self._submit(pc),
            *self._some([], [actions.Exchange(pc)], [actions.StickOut(pc)]),
            actions.Meanwhile(),
            actions.Tidy(pc),
            self._submit(pc),
            *self._some([], [actions.Restart(pc)], [actions.StickIn("county")]),
            *self._up(pc),
        ]

    def _limited(self) -> list[Action]:
        """A link that carries no files, or hardly anything."""
        pc = self._pc()
        node = self._random.choice((pc, "hub"))
        return [
            affairs.Limit(node, self._random.choice(("blobs", "blobs", "link"))),
            actions.Meanwhile(),
            *self._some([], [actions.Meanwhile()]),
            actions.Submit(pc, self._random.choice((300, 70_000))),
            actions.Meanwhile(),
            *self._some([], [affairs.Limit(node, "")], [actions.Days(1)]),
            actions.Meanwhile(),
        ]

    def _detoured(self) -> list[Action]:
        """The line to the hub dies; another hub carries, by line and stick."""
        pc = self._pc()
        return [
            self._submit(pc),
            *self._some([], [actions.Exchange(pc)]),
            affairs.Detour(pc),
            *self._some([], [actions.Decide(0)]),
            self._submit(pc),
            *self._some(
                [actions.Exchange(pc)],
                [actions.StickOut(pc), actions.StickIn("hub2")],
            ),
            *self._some([], [actions.Exchange("hub2")]),
            *self._some(
                [], [actions.Replace("hub2")], [actions.StickOut("hub2"), actions.StickIn("county")]
            ),
            actions.Meanwhile(),
        ]

    def _lone(self) -> list[Action]:
        """A release that the county publishes, and loses with its disk."""
        pc = self._pc()
        return [
            actions.Backup(),
            affairs.LoneRelease(),
            actions.Meanwhile(),
            *self._some([], [actions.Meanwhile()]),
            self._submit(pc),
            *self._up(pc),
            *self._some([actions.RestoreBackup(0)], [actions.Replace("county")]),
            *self._some([], [actions.NewRelease()]),
        ]

    def _succeeded(self) -> list[Action]:
        """Another TLS authority; a step may come too early, or while who needs it is away."""
        pc, whole = self._pc(), [actions.Meanwhile(), actions.Meanwhile()]
        announced, used, dropped = (
            affairs.AnnounceAuthority(),
            affairs.UseAuthority(),
            affairs.DropAuthorities(),
        )
        return [
            *self._some([], [actions.Copy(pc)], [actions.Copy("county")]),
            announced,
            *self._some([], [actions.Meanwhile()], [used, announced]),
            used,
            *self._some([], whole),
            actions.Tidy(pc),
            self._submit(pc),
            *self._some([], whole, [actions.StickOut(pc), actions.StickIn("county")]),
            *self._some([], [actions.Restart(pc)], [actions.Tidy(pc)], [affairs.Renew(pc)]),
            *self._some([], [dropped], [dropped, announced, used]),
            *self._some([], whole, [actions.Restore(pc)], [actions.Restore("county")]),
            *self._some([], [affairs.ReplacePc(pc)]),
            *self._up(pc),
        ]
