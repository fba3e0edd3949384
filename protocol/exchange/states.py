"""Who may do what when: one table for each side of an exchange, as h11 has for HTTP.

A side is in one state at a time. What it does leads to the next state, and what its row does not
name is illegal: done by the peer it is the peer's fault, done by us a fault of this program. Either
leads to ERROR, and nothing leads out of it.

The peer's table is ours, but for one thing that can't be seen from outside: a peer that waits for
an answer may have given it up, and then goes on as one that talks.

Source: docs/protocol.md section 8.4, which prints the table.
"""

from collections.abc import Mapping
from enum import Enum


class State(Enum):
    """Where one side of an exchange stands."""

    OPENING = "opening"  # its Hello is still to come
    TALKING = "talking"  # something waits, or is not acknowledged or stored
    ASKING = "asking"  # its Offer waits for an answer
    IDLE = "idle"  # it has said that nothing waits
    LEAVING = "leaving"  # its Bye is said: it stores and acknowledges what came
    ENDED = "ended"  # its body is at its end
    ERROR = "error"  # it broke a rule, or the exchange failed; lasts


class Action(Enum):
    """What one side does."""

    HELLO = "Hello"
    ITEM = "item"
    ACK = "Ack"
    OFFER = "Offer"
    WANT = "Want"
    IDLE = "Idle"
    BYE = "Bye"
    END = "end of body"
    ANSWERED = "gets its Want"
    GIVE_UP = "gives up asking"


class OutOfTurnError(RuntimeError):
    """This program does what its state does not allow: a fault of it, not of the peer's."""


Table = Mapping[State, Mapping[Action, State]]

OURS: Table = {
    State.OPENING: {Action.HELLO: State.TALKING, Action.END: State.ENDED},
    State.TALKING: {
        Action.ITEM: State.TALKING,
        Action.ACK: State.TALKING,
        Action.OFFER: State.ASKING,
        Action.WANT: State.TALKING,
        Action.IDLE: State.IDLE,
        Action.BYE: State.LEAVING,
        Action.END: State.ENDED,
    },
    State.ASKING: {
        Action.ACK: State.ASKING,
        Action.WANT: State.ASKING,
        Action.BYE: State.LEAVING,
        Action.END: State.ENDED,
        Action.ANSWERED: State.TALKING,
        Action.GIVE_UP: State.TALKING,
    },
    State.IDLE: {
        Action.ITEM: State.TALKING,
        Action.ACK: State.TALKING,
        Action.OFFER: State.ASKING,
        Action.WANT: State.IDLE,
        Action.IDLE: State.IDLE,
        Action.BYE: State.LEAVING,
        Action.END: State.ENDED,
    },
    State.LEAVING: {
        Action.ACK: State.LEAVING,
        Action.WANT: State.LEAVING,
        Action.END: State.ENDED,
    },
    State.ENDED: {},
    State.ERROR: {},
}

THEIRS: Table = {**OURS, State.ASKING: {**OURS[State.TALKING], **OURS[State.ASKING]}}
