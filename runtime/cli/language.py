"""Help and usage errors in the reader's language: Chinese where the system speaks it, else English.

Commands are written in English; ``locale/zh/LC_MESSAGES/messages.po`` has the Chinese of their help
and of the command-line library's own words. That library asks gettext's default domain, so both
come from one catalogue; which, LANGUAGE, LC_ALL, LC_MESSAGES and LANG say as everywhere.

Source: docs/operations.md, "Commands".
"""

import gettext
import inspect
import re
from pathlib import Path

import click

from runtime.cli.later import for_each

DOMAIN = "messages"
_VALUES = {
    "text": "文字",
    "integer": "整数",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
}  # what an option takes, by the name of its type
_PRINTED = (  # what the library joins outside of its catalogue
    (r"(?<!\w)'([^'\n]*)'", "“\\1”"),
    (r" ?“", "“"),
    (r"” (?=[\u4e00-\u9fff])", "”"),
    (r"”[,，] ?(?=“)", "”、"),
    (r"(?<=[”\u4e00-\u9fff])\.(?=\s|$)", "。"),
    (r",(?=\n)", "、"),
    (r"。 ", "。"),
)


def folder() -> Path:
    """Where the catalogues lie."""
    return Path(__file__).parents[1] / "locale"


def speak(command: click.Command) -> None:
    """Put every help text of ``command`` and those below it into the reader's language."""
    gettext.bindtextdomain(DOMAIN, str(folder()))
    if _is_chinese():
        _translate(command)


def complaint(exc: click.ClickException) -> str:
    """What the library says of a wrong usage; in Chinese with Chinese punctuation throughout."""
    said = exc.format_message()
    if not _is_chinese():
        return said
    for pattern, instead in _PRINTED:
        said = re.sub(pattern, instead, said)
    return said


def _is_chinese() -> bool:
    return gettext.find(DOMAIN, str(folder())) is not None


def texts_of(command: click.Command) -> set[str]:
    """Every help text of ``command`` and those below it, as it is written."""
    found = {_plain(command.help)} | {
        _plain(one.help) for one in command.params if isinstance(one, click.Option)
    }
    if isinstance(command, click.Group):
        for below in command.commands.values():
            found |= texts_of(below)
    return found - {""}


class _ChineseFormatter(click.HelpFormatter):
    """Headings as Chinese prints them: a full-width colon, and no blank after it."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


class _ChineseContext(click.Context):
    formatter_class = _ChineseFormatter


def _translate(command: click.Command) -> None:
    command.help, command.context_class = _said(command.help), _ChineseContext
    command.options_metavar = "[选项]"
    for param in command.params:
        if isinstance(param, click.Option):
            param.help = _said(param.help)
            param.metavar = param.metavar or _VALUES.get(param.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for_each(command, _translate)


def _said(text: str | None) -> str | None:
    plain = _plain(text)
    return gettext.gettext(plain) if plain else text


def _plain(text: str | None) -> str:
    return inspect.cleandoc(text) if text else ""
