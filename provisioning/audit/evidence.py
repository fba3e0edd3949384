"""What others hold of the audit record: ends that were signed and given away.

Whoever writes the database can cut its end; what nodes hold, and what they say that they hold, is
out of reach.

Source: docs/operations.md, "The audit record".
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.errors import AuditCutError
from protocol.trust.audit import AuditHead
from provisioning.audit.entry import Chain
from provisioning.audit.log import AuditLog

_NAMED = 5  # nodes in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the record is to agree with."""

    heads: Sequence[AuditHead] = ()  # of every roster that is kept
    newest: int = 0  # version of the newest roster that was signed here
    held: Mapping[str, int] = field(default_factory=dict)  # by their own word: nodes, by name


Gather = Callable[[], Awaitable[Evidence]]
"""Brings the evidence as it is now."""


def require_all(log: AuditLog, evidence: Evidence) -> None:
    """Make sure that the record has every end that was given away. Blocks for the disk.

    Raises:
        AuditCutError: one is not there, or a node holds a roster that was never signed here.
    """
    for head in evidence.heads:
        log.require(head)
    ahead = {name: held for name, held in evidence.held.items() if held > evidence.newest}
    if ahead:
        names = "、".join(f"{name}（第 {held} 版）" for name, held in [*ahead.items()][:_NAMED])
        more = f"等 {len(ahead)} 个节点" if len(ahead) > _NAMED else ""
        raise AuditCutError(
            f"{names}{more}持有的名册比本机签发过的（第 {evidence.newest} 版）更新，"
            "本机的数据曾被换成旧的"
        )


def verify(log: AuditLog, evidence: Evidence) -> Chain:
    """Read all of the record, and compare it with what others hold. Blocks for the disk.

    Raises:
        AuditBrokenError, AuditCutError: it is not whole.
    """
    chain = log.verify()
    require_all(log, evidence)
    return chain
