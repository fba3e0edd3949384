"""docs/protocol.md 8.4 prints the state table of the code, whole."""

import re
from pathlib import Path

from protocol.exchange.states import OURS, THEIRS, Action, State

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
SECTION = re.search(r"^### 8\.4 .*?(?=^### 8\.5 )", TEXT, flags=re.MULTILINE | re.DOTALL)


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose second heading is ``first``."""
    assert SECTION is not None
    lines = SECTION[0].splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| state | {first}"))
    table: list[list[str]] = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_the_document_prints_the_table() -> None:
    head, _, *printed = rows("Hello")
    assert head == ["state", *(action.value for action in Action)]
    assert printed == [
        [
            state.value,
            *(OURS[state][a].value if a in OURS[state] else "-" for a in Action),
        ]
        for state in State
    ]


def test_every_state_is_explained() -> None:
    _, _, *explained = rows("what it means")
    assert [row[0] for row in explained] == [state.value for state in State]


def test_the_peer_s_table_adds_only_that_it_may_have_given_up_unseen() -> None:
    assert {state for state in State if THEIRS[state] != OURS[state]} == {State.ASKING}
    added = THEIRS[State.ASKING].keys() - OURS[State.ASKING].keys()
    assert added == {Action.ITEM, Action.OFFER, Action.IDLE}
