"""Words of states, actions and events, as commands, pages and papers of the county say them."""

from collections.abc import Mapping, Sequence

from protocol.casework.events.log import kind_of
from protocol.casework.events.opening import Received
from protocol.casework.states import STATE_WORDS, State
from protocol.casework.table import ACTIONS, STEPS

WORDS: Mapping[str, str] = {
    kind_of(Received): "收件",  # type: ignore[arg-type]
    **{kind_of(step.body): step.word for step in STEPS},  # type: ignore[arg-type]
}
"""Of each kind of event."""


def state_word(state: str) -> str:
    """Of a state by its name."""
    return STATE_WORDS[State(state)]


def action_words(actions: Sequence[str]) -> str:
    """Each action by its word and name, in one line."""
    return "、".join(f"{ACTIONS[name].word}（{name}）" for name in actions) or "—"
