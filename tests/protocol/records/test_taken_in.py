"""How an application was taken in: each part comes back as it went, and has its bounds."""

from typing import Any

import pytest

from protocol.codec import pack, typed, unpack
from protocol.errors import MalformedError, NeedsNewerError
from protocol.records.taken_in import (
    Agent,
    AgentKind,
    Mode,
    Owed,
    Page,
    Scope,
    Side,
    Signature,
    SignedHow,
    TakenIn,
)

AGENT = {"name": "黄小强", "kind": "relative", "scope": ["apply"]}
WHOLE = TakenIn(
    clerk="农小芳",
    checker="黄大伟",
    mode=Mode.ASSIST,
    elsewhere="GX-7",
    agent=Agent(
        name="黄小强",
        kind=AgentKind.GUARDIAN,
        scope=(Scope.APPLY, Scope.CORRECT, Scope.COLLECT),
        identity="451423199001011230",
        relation="父亲",
        paper="户口簿",
    ),
    village="451423103202",
    owed=(Owed(material="m2", until="2026-10-31"),),
    window_ms=1,
    window_day="2026-09-21",
    pages=(Page(attachment=29, page=30, side=Side.FRONT), Page(attachment=0, readable=True)),
    insisted="黄小强",
    signed=Signature(how=SignedHow.PRINT, witness="韦大伟", material="m1"),
    doubtful=("q1", "q2"),
    done="已当场发放。",
)


def test_all_of_it_comes_back_as_it_went() -> None:
    assert unpack(pack(WHOLE), TakenIn) == WHOLE
    assert unpack(pack(TakenIn()), TakenIn) == TakenIn()
    assert pack(TakenIn()) == b"\x80"


@pytest.mark.parametrize(
    "changed",
    [
        {"clerk": "n" * 101},
        {"checker": "n" * 101},
        {"elsewhere": "n" * 101},
        {"insisted": "n" * 101},
        {"done": "n" * 4001},
        {"doubtful": [""]},
        {"doubtful": ["q"] * 31},
        {"signed": {"how": "ink", "witness": "n" * 101}},
        {"signed": {"how": "ink", "material": "n" * 101}},
        {"village": "451423"},
        {"village": "45142310320x"},
        {"village": "４５１４２３１０３２０２"},
        {"window_ms": -1},
        {"window_ms": 2**53},
        {"window_day": "2026-9-1"},
        {"window_day": "2026-02-30"},
        {"owed": [{"material": "", "until": "2026-10-31"}]},
        {"owed": [{"material": "m", "until": "soon"}]},
        {"owed": [{"material": "m", "until": "2026-10-31"}] * 31},
        {"pages": [{"attachment": 30}]},
        {"pages": [{"attachment": -1}]},
        {"pages": [{"attachment": 0, "page": 0}]},
        {"pages": [{"attachment": 0, "page": 31}]},
        {"pages": [{"attachment": 0}] * 31},
        {"agent": AGENT | {"name": ""}},
        {"agent": AGENT | {"name": "n" * 101}},
        {"agent": AGENT | {"scope": []}},
        {"agent": AGENT | {"scope": ["apply", "apply"]}},
        {"agent": AGENT | {"identity": "1" * 51}},
        {"agent": AGENT | {"relation": "r" * 101}},
        {"agent": AGENT | {"paper": "p" * 101}},
    ],
)
def test_what_no_honest_program_says_is_refused(changed: dict[str, Any]) -> None:
    assert typed({"agent": AGENT}, TakenIn).agent is not None
    with pytest.raises(MalformedError):
        typed(changed, TakenIn)


@pytest.mark.parametrize(
    "changed",
    [
        {"mode": "网办"},
        {"signed": {"how": "stamp"}},
        {"pages": [{"attachment": 0, "side": "edge"}]},
        {"agent": AGENT | {"kind": "neighbour"}},
        {"agent": AGENT | {"scope": ["sell"]}},
    ],
)
def test_a_value_that_is_not_known_asks_for_a_newer_program(changed: dict[str, Any]) -> None:
    with pytest.raises(NeedsNewerError):
        unpack(pack(changed), TakenIn)
