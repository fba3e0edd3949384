"""Help and usage errors in the reader's language: Chinese where the system speaks it, else English.

Commands are written in English; ``locale/zh/LC_MESSAGES/messages.po`` has the Chinese of their help
and of the command-line library's own words. That library asks gettext's default domain, so both
come from one catalogue; which, LANGUAGE, LC_ALL, LC_MESSAGES and LANG say as everywhere.

Source: docs/operations.md, "Commands".
"""

import gettext
import inspect
from importlib import resources
from pathlib import Path

import click

DOMAIN = "messages"


def folder() -> Path:
    """Where the catalogues lie."""
    return Path(str(resources.files("runtime").joinpath("locale")))


def speak(command: click.Command) -> None:
    """Put every help text of ``command`` and those below it into the reader's language."""
    gettext.bindtextdomain(DOMAIN, str(folder()))
    if gettext.find(DOMAIN, str(folder())):
        _translate(command)


def texts_of(command: click.Command) -> set[str]:
    """Every help text of ``command`` and those below it, as it is written."""
    found = {_plain(command.help)} | {
        _plain(one.help) for one in command.params if isinstance(one, click.Option)
    }
    if isinstance(command, click.Group):
        for below in command.commands.values():
            found |= texts_of(below)
    return found - {""}


def _translate(command: click.Command) -> None:
    command.help = _said(command.help)
    for param in command.params:
        if isinstance(param, click.Option):
            param.help = _said(param.help)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _translate(below)


def _said(text: str | None) -> str | None:
    plain = _plain(text)
    return gettext.gettext(plain) if plain else text


def _plain(text: str | None) -> str:
    return inspect.cleandoc(text) if text else ""
