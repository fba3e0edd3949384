"""Who acts for an applicant, as it was typed and is kept in a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.catalogue.agents import check_identity
from protocol.codec import typed
from protocol.errors import MalformedError
from protocol.errors.clerk import AgentWrongError
from protocol.json_values import to_json
from protocol.records.taken_in import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsFor:
    """Somebody who acts for the applicant; the fields are those of ``Agent``."""

    name: str = field(repr=False)
    kind: str
    scope: Sequence[str]
    identity: str = field(default="", repr=False)
    relation: str = ""
    paper: str = ""


def recorded(acts: ActsFor) -> Agent:
    """The same as it goes on record.

    Raises:
        AgentWrongError: a name or a scope is missing, or something is too long.
        AgentIdentityError: that is no identity number.
    """
    try:
        agent = typed(to_json(acts), Agent)
    except MalformedError:
        raise AgentWrongError from None
    check_identity(agent.identity)
    return agent
