"""What can be asked of the policy; settings are named by the keys of its file.

Source: docs/operations.md, "Policy".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.json_values import ABSENT, Absent, Answer
from runtime.control.calls import Call, Nothing

Setting = Sequence[str | int] | str | int | None
Rules = Mapping[str, Setting]  # by table.key


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPolicy:
    """Put what nodes are to obey on the roster."""

    file: str  # its name, for the record
    rules: Rules  # as they were shown: if the file was changed since, nothing is done


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """What the roster says."""

    version: int
    rules: Rules


class PolicyShown(Answer, frozen=True, kw_only=True):
    """The policy in force."""

    file: str | None  # None: there is none, so the usual policy holds
    policy: Mapping[str, Mapping[str, Setting]]  # in the tables of the file
    rules: Rules  # what nodes are to obey
    roster: RulesInForce
    differs: Sequence[str]  # keys by which the roster says otherwise
    changed: bool | Absent = ABSENT  # whether it was put on the roster just now


POLICY = Call("provision.policy", Nothing, PolicyShown, reads=True)
APPLY = Call("provision.policy-apply", ApplyPolicy, PolicyShown)
