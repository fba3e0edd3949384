"""How far something that was sent is proved to have got: as states.py says it of applications.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Mapping

from protocol.records.letter_times import REPLY_TIMES
from station_agent.desk.states import STATES, StateWords
from station_agent.followups.calls import FollowUpShown

SENT: Mapping[str, StateWords] = {  # by the state of a follow-up, in the order of the way
    "saved": STATES["saved"],
    "at_hub": STATES["at_hub"],
    "received": STATES["received"],
    "complete": StateWords(
        word="县里收到了，照片也齐", sentence="文字和照片县里都收到了。", look="proved", mark="✓"
    ),
    "rejected": STATES["rejected"],
}
TITLES: Mapping[str, str] = {  # what each is called on its page
    "posting": "公示张贴",
    "objection": "公示异议",
    "visit": "入户调查",
    "letter": "来信",
}


def sent_state(one: FollowUpShown) -> StateWords:
    """The words of its state."""
    return SENT[one.state]


WORDS = (
    *(SENT["complete"].word, SENT["complete"].sentence),
    *TITLES.values(),
    *(time.source for time in REPLY_TIMES.values()),
)
