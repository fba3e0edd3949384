"""``yizhan-county letters|letter|answer|advised`` (docs/operations.md)."""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.followups.calls import (
    ADVISED,
    ANSWER,
    LETTERS,
    SHOW_LETTER,
    AnswerLetter,
    Letters,
    LetterShown,
    ShowLetter,
    Which,
)
from protocol.json_values import to_json
from protocol.records.followups import Letter
from protocol.records.followups_words import LETTER_KINDS
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option, print_json
from runtime.cli.terminal import answer as say
from runtime.cli.terminal import one_line
from runtime.control.calls import Ask, Nothing

_MINUTE = "%Y-%m-%d %H:%M"


def letter_commands(ask: Ask) -> list[click.Command]:
    """All; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @click.option("--open", "unanswered", is_flag=True, help="Only those without an answer.")
    @json_option
    def letters(data: Path, *, unanswered: bool, as_json: bool) -> None:
        """List what people wrote to the county, and the answers."""
        found: list[LetterShown] = []
        which = Which.OPEN if unanswered else Which.ALL
        while page := ask(data, LETTERS, Letters(after=_last(found), which=which)):
            found += page
        if as_json:
            print_json(to_json(found))
            return
        for one in found:
            click.echo(_line(one))
        click.echo(f"来信共 {len(found)} 封。答复用 answer DATA 来信编号 --words。", err=True)

    @click.command()
    @data_argument
    @click.argument("letter")
    @json_option
    def letter(data: Path, letter: str, *, as_json: bool) -> None:
        """Show one LETTER with its answer; that somebody looked stands in the audit record."""
        found = ask(data, SHOW_LETTER, ShowLetter(letter=letter))
        words = f"{_line(found)}\n{found.answer or ''}".rstrip()
        say(to_json(found), words, as_json=as_json)

    @click.command()
    @data_argument
    @click.argument("letter")
    @click.option("--words", required=True, help="What whoever wrote it reads.")
    @json_option
    def answer(data: Path, letter: str, *, words: str, as_json: bool) -> None:
        """Answer LETTER, once; the answer travels down to its village."""
        done = ask(data, ANSWER, AnswerLetter(letter=letter, words=words))
        say(to_json(done), f"已答复 {done.letter}", as_json=as_json)

    @click.command()
    @data_argument
    @json_option
    def advised(data: Path, *, as_json: bool) -> None:
        """Count who left without handing in, told once of everything that is missing."""
        found = ask(data, ADVISED, Nothing())
        lines = [
            f"{one.count} 次  {one_line(one.item)}  {one.village or one.station}" for one in found
        ]
        total = f"一次性告知共 {sum(one.count for one in found)} 次。"
        say(to_json(found), "\n".join([*lines, total]), as_json=as_json)

    return [letters, letter, answer, advised]


def _last(found: Sequence[LetterShown]) -> str:
    return found[-1].letter.follow_up if found else ""


def _line(one: LetterShown) -> str:
    said = one.letter.said.subject if one.letter.said else None
    kind = LETTER_KINDS[said.kind] if isinstance(said, Letter) else "已抹去"
    words = one_line(said.words) if isinstance(said, Letter) else ""
    came = local_time(one.letter.received_ms).strftime(_MINUTE)
    state = "已答复" if one.answered_ms else "未答复"
    return f"{one.letter.follow_up}  {came}  {one.name or one.station}  {kind}  {state}  {words}"
