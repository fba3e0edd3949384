"""Draws the table of a case's life into docs/casework.md: ``python -m tests.docs.drawing``."""

from pathlib import Path

from protocol.casework.events.log import kind_of
from protocol.casework.states import STATE_WORDS, State
from protocol.casework.table import STEPS, Step

PAGE = Path(__file__).parents[2] / "docs/casework.md"
BEGIN, END = "<!-- drawn from protocol/casework/table.py -->", "<!-- end -->"


def drawn() -> str:
    """The picture and the table, as they stand between the marks."""
    return f"{BEGIN}\n\n{_picture()}\n\n{_table()}\n\n{END}"


def _picture() -> str:
    moves = sorted(
        {
            (_place(source), _place(step.to), step.word)
            for step in STEPS
            if step.to is not None
            for source in step.sources
        }
    )
    names = [f"    {_place(state)}: {STATE_WORDS[state]}" for state in State]
    ways = [f"    {source} --> {to}: {word}" for source, to, word in moves]
    lines = ["stateDiagram-v2", *names, f"    [*] --> {_place(State.RECEIVED)}: 收件", *ways]
    return "\n".join(["```mermaid", *lines, "```"])


def _place(state: State) -> str:
    return state.value.replace("-", "_")


def _table() -> str:
    head = [
        "| action | 动作 | event | in state | leads to | by whose power | by itself |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_row, STEPS)])


def _row(step: Step) -> str:
    places = (
        "any"
        if step.sources >= set(State)
        else ", ".join(state.value for state in State if state in step.sources)
    )
    cells = (
        f"`{step.action}`" if step.action else "",
        step.word,
        f"`{kind_of(step.body)}`",  # type: ignore[arg-type]
        places,
        step.to.value if step.to else "the same",
        step.power.value if step.power else "",
        "yes" if step.itself else "",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write it between the marks."""
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(f"{before}{drawn()}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    main()
