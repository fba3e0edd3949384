"""What the vault keeps of the county's answer to an application."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.envelope.payloads import Decision, Rejection


def result_context(application: str) -> str:
    """Under which a result stands in the vault."""
    return f"result/{application}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that came with a decision."""

    name: str
    size: int
    sha256: bytes
    blob: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision."""

    outcome: str
    note: str
    case: str
    at_ms: int
    attachments: Sequence[StoredFile]

    @classmethod
    def of(cls, decision: Decision) -> "StoredDecision":
        """As it came."""
        return cls(
            outcome=decision.outcome.value,
            note=decision.note,
            case=decision.case,
            at_ms=decision.at_ms,
            attachments=[
                StoredFile(
                    name=file.name,
                    size=file.size,
                    sha256=file.sha256,
                    blob=file.blob,
                    key=file.key,
                )
                for file in decision.attachments
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRejection:
    """That the county could not take it in."""

    code: str
    detail: str
    at_ms: int

    @classmethod
    def of(cls, rejection: Rejection) -> "StoredRejection":
        """As it came."""
        return cls(code=rejection.code, detail=rejection.detail, at_ms=rejection.at_ms)
