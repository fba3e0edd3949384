"""Commands of a program that are made when somebody asks for one that is not there yet.

A program that runs for months needs one command: a village PC does not keep the others in memory.
"""

from collections.abc import Callable, Iterable, Iterator, MutableMapping

import click


class LaterCommands(MutableMapping[str, click.Command]):
    """The commands of one group: those that were added, and the others once they are missed."""

    def __init__(self, others: Callable[[], Iterable[click.Command]]) -> None:
        """``others`` makes those that wait; it is called once, or never."""
        self._others, self._waits = others, True
        self._known: dict[str, click.Command] = {}
        self._each: list[Callable[[click.Command], None]] = []

    def each(self, do: Callable[[click.Command], None]) -> None:
        """Do this with every command: now, or as soon as it is made."""
        self._each.append(do)
        for command in self._known.values():
            do(command)

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._known:
            self._make()
        return self._known[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command
        for do in self._each:
            do(command)

    def __delitem__(self, name: str) -> None:
        self._make()
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        self._make()
        return iter(self._known)

    def __len__(self) -> int:
        self._make()
        return len(self._known)

    def _make(self) -> None:
        if self._waits:
            self._waits = False
            for command in self._others():
                self[command.name or ""] = command


def for_each(group: click.Group, do: Callable[[click.Command], None]) -> None:
    """Do this with every command of ``group``; one that waits is not made for it."""
    if isinstance(group.commands, LaterCommands):
        group.commands.each(do)
    else:
        for command in group.commands.values():
            do(command)
