"""The page about the life of cases says what the table does."""

import re

from protocol.casework.states import State
from protocol.casework.table import ACTIONS
from tests.docs.drawing import PAGE, drawn


def test_the_table_on_the_page_is_that_of_the_code() -> None:
    assert drawn() in PAGE.read_text("utf-8")


def test_every_state_and_action_is_drawn() -> None:
    text = drawn()
    assert set(re.findall(r"^\| `([a-z-]+)`", text, re.MULTILINE)) == set(ACTIONS)
    assert all(f"    {state.value.replace('-', '_')}: " in text for state in State)
