"""Every command of the four programs, and a command line for each made from what it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from central.commands import county as county_commands
from central.commands import hub as hub_commands
from provisioning import cli as cli_provision
from station_agent import cli as cli_station

PROGRAMS: dict[str, click.Group] = {
    "yizhan-county": county_commands.cli,
    "yizhan-hub": hub_commands.cli,
    "yizhan-provision": cli_provision.cli,
    "yizhan-station": cli_station.cli,
}
RUNNING = ("serve", "run")  # these do not end by themselves


@dataclass(frozen=True)
class Call:
    """One command of one program."""

    program: str
    words: tuple[str, ...]
    command: click.Command

    @property
    def name(self) -> str:
        return " ".join((self.program, *self.words))

    def arguments(self, path: Path, text: str, number: int = 1) -> list[str]:
        """A command line in which every path, text and number is the one given."""
        found = list(self.words)
        for param in self.command.params:
            value = _value(param, path, text, number)
            if isinstance(param, click.Argument):
                found.append(value)
            elif not (isinstance(param, click.Option) and param.is_flag):
                found += [param.opts[0], value]
        return found


def every_command() -> Iterator[Call]:
    """All of them, found in the command trees."""
    for program, group in PROGRAMS.items():
        for words, command in _below(group, ()):
            yield Call(program, words, command)


def _below(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, one in command.commands.items():
        yield from _below(one, (*words, name))


def _value(param: click.Parameter, path: Path, text: str, number: int) -> str:
    match param.type:
        case click.Path() | click.File():
            return str(path)
        case click.Choice(choices=choices):
            return str(choices[0])
        case click.types.IntParamType() | click.types.IntRange():
            return str(number)
        case _:
            return text
