"""Help and usage errors are Chinese where the system speaks it, and English elsewhere."""

import gettext
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from runtime.cli.language import DOMAIN, folder, texts_of
from tests.commands.every import PROGRAMS

BIN = Path(sys.executable).parent
CATALOGUE = folder() / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"


def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        found = read_po(file)
    return {_first(one.id): _first(one.string) for one in found if one.id}


def _first(text: str | Sequence[str] | None) -> str:
    """Of a text with a plural, its one form."""
    return text if isinstance(text, str) else (text or ("",))[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_help_text_has_its_chinese(program: str) -> None:
    assert sorted(texts_of(PROGRAMS[program]) - chinese().keys()) == []
    assert all(chinese().values())


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_option_says_what_it_is_for(program: str) -> None:
    assert _unsaid(PROGRAMS[program], program) == []


def _unsaid(command: click.Command, name: str) -> list[str]:
    options = [one for one in command.params if isinstance(one, click.Option)]
    found = [f"{name} {one.opts[0]}" for one in options if not one.help]
    if isinstance(command, click.Group):
        for below, inner in command.commands.items():
            found += _unsaid(inner, f"{name} {below}")
    return found


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for text, words in chinese().items():
        assert words in (compiled.gettext(text), compiled.ngettext(text, "", 1)), "make words"


def said(*argv: str, **env: str) -> tuple[int, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LANG", "LC_"))}
    done = subprocess.run(
        [BIN / argv[0], *argv[1:]], env={**plain, **env}, capture_output=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8")


@pytest.mark.parametrize(
    "env", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}]
)
def test_a_chinese_system_is_answered_in_chinese(env: dict[str, str]) -> None:
    env["PYTHONUTF8"] = "1"
    code, text = said("yizhan-station", "--help", **env)
    assert code == 0
    assert "村站电脑" in text
    assert "用法：" in text
    assert "选项" in text
    code, text = said("yizhan-station", "status", **env)
    assert code == 2
    assert "缺少参数“DATA”。" in text
    code, text = said("yizhan-county", "decide", "x", "y", "--outcome", "maybe", **env)
    assert code == 2
    assert "不在可选值“approved”、“refused”、“correction”之中。" in text
    for words in (("decide", "--help"), ("decide", "x", "y"), ("stick", "--nope"), ("nope",)):
        _, text = said("yizhan-county", *words, **env)
        text = text.removesuffix(" [usage]\n")
        assert not re.search(r"OPTIONS|COMMAND|ARGS|TEXT|[：。] |[一-鿿”][:,;.?!]|'", text), text


@pytest.mark.parametrize("env", [{}, {"LANG": "C"}, {"LANG": "en_GB.UTF-8"}])
def test_any_other_system_in_english(env: dict[str, str]) -> None:
    code, text = said("yizhan-station", "status", **env)
    assert code == 2
    assert "Missing argument" in text
