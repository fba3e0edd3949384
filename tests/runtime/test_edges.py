"""An error goes one way from its class to a person: the same words, and the code, at every edge."""

import json
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import click
import pytest

from protocol.errors import (
    LoginForbiddenError,
    LoginNeededError,
    OutputError,
    UsageError,
    YizhanError,
    every_error,
    from_code,
)
from protocol.errors.steps import next_step
from runtime.cli.command import json_option
from runtime.cli.program import run_program
from runtime.control.owner import Owner, Report, call
from runtime.sticks.calls import Moved, RefusedFile, StickCalls
from runtime.sticks.command import stick_group
from station_agent.intake.calls import LineAnswer
from tests.runtime.web.notebook import NODE, open_notebook

KINDS = every_error()
DETAIL = "第7行"


@click.group()
def program() -> None:
    """One command that fails."""


@program.command()
@click.argument("code")
@json_option
def fail(code: str, *, as_json: bool) -> None:
    """Fail as told."""
    raise from_code(code, DETAIL)


def test_its_words_are_chinese_and_english_and_end_with_the_detail() -> None:
    for kind in KINDS:
        for language, said in (("zh", kind.zh), ("en", kind.english())):
            assert said, kind
            assert kind(DETAIL).words(language).startswith(said)
            assert kind(DETAIL).words(language).endswith(DETAIL)
            assert kind().words(language) == said.rstrip("：")
        assert kind.english().isascii()
        assert str(kind(DETAIL)) == f"{kind(DETAIL).words()} [{kind.code}]"


def test_a_command_says_them_on_stderr_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in KINDS:
        _says(kind, capsys)


def _says(kind: type[YizhanError], capsys: pytest.CaptureFixture[str]) -> None:
    error = kind(DETAIL)
    assert run_program(program, ["fail", kind.code]) == kind.exit_code
    assert capsys.readouterr().err == f"{error}\n"
    assert run_program(program, ["fail", kind.code, "--json"]) == kind.exit_code
    said = capsys.readouterr()
    assert said.err == f"{error}\n"
    if kind is OutputError:  # stdout is closed
        assert said.out == ""
        return
    told = {"code": kind.code, "words": error.words(), "next": next_step(error)}
    assert json.loads(said.out) == told


async def test_the_control_socket_brings_the_class_and_the_words(tmp_path: Path) -> None:
    async def refuse(args: Mapping[str, Any], _: Report) -> None:
        raise from_code(args["code"], DETAIL)

    owner = await Owner(tmp_path).lock()
    await owner.serve({"fail": refuse})
    try:
        for kind in KINDS:
            with pytest.raises(YizhanError) as caught:
                await call(tmp_path, "fail", {"code": kind.code}, lambda _: None)
            assert type(caught.value) is kind
            assert caught.value.words() == kind(DETAIL).words()
    finally:
        await owner.close()


def on_page(kind: type[YizhanError], language: str) -> str:
    """What was typed wrongly is said by the detail alone, and which right is missing by nothing."""
    if kind is UsageError:
        return DETAIL
    return kind("" if kind is LoginForbiddenError else DETAIL).words(language)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_page_says_them_in_the_reader_s_language(language: str) -> None:
    async with open_notebook() as visitor:
        await visitor.log_in("li")
        for kind in KINDS:
            if issubclass(kind, LoginNeededError):
                continue  # leads to the page for logging in
            path = f"/broken/{kind.code}?detail={DETAIL}"
            cookie = f"{visitor.site.cookie}={visitor.cookie}; language-{NODE}={language}"
            answer = await visitor.client.get(path, headers={"Cookie": cookie})
            text = unescape(await answer.text())
            assert f"{on_page(kind, language)} <code>{kind.code}</code>" in text


async def test_a_page_says_what_the_system_means_as_a_command_does() -> None:
    """A full disk is told as one, whoever met it."""
    async with open_notebook() as visitor:
        await visitor.log_in("li")
        answer = await visitor.get("/full")
        assert answer.status == 503
        assert "<code>store.disk-full</code>" in await answer.text()


def test_a_stick_s_refused_file_says_them(capsys: pytest.CaptureFixture[str]) -> None:
    calls = StickCalls.of("station")
    refused: list[RefusedFile] = []
    counts = dict.fromkeys(
        ("envelopes", "blobs", "editions", "times", "bytes", "joins", "skipped", "others"), 0
    )

    def ask(_data: Path, asked: object, *_: object) -> Moved:
        assert asked == calls.take_in
        return Moved(**counts, refused=refused, refused_more=0)

    stick = stick_group("station", ask, can_choose=False)  # type: ignore[arg-type]
    for kind in KINDS:
        refused[:] = [RefusedFile(file="a.yz", code=kind.code)]
        assert run_program(stick, ["import", "data", "stick"]) == 3
        assert f"a.yz {kind().words()} [{kind.code}]" in capsys.readouterr().out


def test_a_line_of_a_stack_says_them() -> None:
    for kind in KINDS:
        answer, error = LineAnswer.refused(kind(DETAIL)), kind(DETAIL)
        assert (answer.error, answer.words, answer.detail) == (kind.code, error.words(), DETAIL)
