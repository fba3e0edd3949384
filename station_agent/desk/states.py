"""How far an application is proved to have got: a word, a sentence, a colour that is never alone.

Green begins with what the county signed; nothing here says that something was sent.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.errors import from_code
from protocol.records.followups_words import SUBJECT_WORDS
from station_agent.status.calls import ApplicationShown


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWords:
    """What the clerk reads; templates translate it."""

    word: str
    sentence: str
    look: str  # class of a style
    mark: str  # beside the colour


STATES: Mapping[str, StateWords] = {  # by the state of ``status``, in the order of the way
    "saved": StateWords(
        word="已存在本机，等待送出",
        sentence="关机、停电都不会丢。",
        look="waits",
        mark="▢",
    ),
    "at_hub": StateWords(
        word="到了乡镇，县里还没收到",
        sentence="乡镇只代管，看不到内容。",
        look="waits",
        mark="◔",
    ),
    "received": StateWords(
        word="县里收到了", sentence="县里已签收，材料可能还在路上。", look="proved", mark="✓"
    ),
    "complete": StateWords(
        word="材料到齐", sentence="表单和全部材料县里都收到了。", look="proved", mark="✓"
    ),
    "decided": StateWords(
        word="已办结", sentence="县里已作出决定，请把结果告诉群众。", look="proved", mark="●"
    ),
    "returned": StateWords(
        word="要补正", sentence="县里要求补正，请按县里的话改好再交。", look="wrong", mark="↩"
    ),
    "rejected": StateWords(
        word="县里收不了", sentence="请看原因和下一步。", look="wrong", mark="✕"
    ),
}


FOLLOWING: Mapping[str, StateWords] = {  # the same of what follows an application
    **{state: STATES[state] for state in ("saved", "at_hub", "complete")},
    "received": StateWords(
        word="县里收到了", sentence="县里已签收，附件可能还在路上。", look="proved", mark="✓"
    ),
    "rejected": StateWords(
        word="县里没有收下", sentence="请看原因，改好再交一次。", look="wrong", mark="✕"
    ),
}


def state_words(state: str) -> StateWords:
    """The words of the state of what follows an application."""
    return FOLLOWING[state]


def subject_words(about: str) -> str:
    """What follows an application, as people call it; templates translate it."""
    return SUBJECT_WORDS.get(about, about)


def state_of(one: ApplicationShown) -> StateWords:
    """The words of an application's state."""
    return STATES[one.state]


WORDS = (
    *(text for one in (*STATES.values(), *FOLLOWING.values()) for text in (one.word, one.sentence)),
    *SUBJECT_WORDS.values(),
)


def code_words(code: str, language: str) -> str:
    """What a code says that came from elsewhere, as at every edge."""
    return from_code(code, "").words(language)
