"""The error tree: who is at fault, a stable code, and what the reader should do next.

::

    YizhanError
    |- UsageError                 the command was called wrongly               (exit 2)
    |- RefusedError               we refuse what was asked; nothing changed     (exit 3)
    |  |- IntakeError             what the clerk handed in
    |  |- EnrolmentError          kit, one-time code, joining
    |  |- CatalogueError          what the county wants to publish
    |  |- CaseError               what a handler asks of a case
    |  |- AuditError              the record of who did what
    |  |- PeerError               bytes from outside that must not be acted on
    |  |- StoreError              this machine's disk or data folder
    |  |  '- BackupError          a backup or restore of the county
    |  |- StickError              a stick or drop folder
    |  |- PageError               what a browser asks of a page
    |  |- LoginError              who may log in, and what a login may do
    |  '- StaffError              an account of somebody who logs in
    '- LineError                  the peer can't be reached; nothing is lost    (exit 4)

``code`` is stable and listed in docs/errors.md; ``zh`` is what a clerk reads. A peer that
refuses names its reason by the same codes (:func:`from_code`).
"""

from protocol.errors.base import (
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_UNREACHABLE,
    EXIT_USAGE,
    BusyError,
    Fault,
    JoinOnStickError,
    LifeBegunError,
    LineError,
    NoRoomError,
    ParentAbsentError,
    QuotaError,
    RefusedError,
    UsageError,
    YizhanError,
)
from protocol.errors.clerk import (
    ApplicationUnknownError,
    AttachmentTooLargeError,
    FileUnreadableError,
    FormInvalidError,
    IntakeError,
    ItemUnknownError,
    LockedError,
    MaterialMissingError,
    MaterialUnknownError,
    PasswordWrongError,
)
from protocol.errors.office import (
    AddressMissingError,
    AddressOtherError,
    AlreadyJoinedError,
    AuditBrokenError,
    AuditError,
    AuditYoungError,
    CaseClosedError,
    CaseError,
    CaseUnknownError,
    CatalogueError,
    CatalogueMissingError,
    CodeBlockedError,
    CodeExpiredError,
    CodeUsedError,
    CodeWrongError,
    EnrolmentError,
    JoinRejectedError,
    JoinWaitingError,
    KitDamagedError,
    KitForeignError,
    KitRoleError,
    NodeStateError,
    NodeTwiceError,
    NodeUnknownError,
    PolicyError,
    RosterFileError,
    SharesError,
)
from protocol.errors.peer import (
    BlobMissingError,
    BlobUnknownError,
    DigestError,
    MalformedError,
    NodeRetiredError,
    NodeSuspendedError,
    NotOnRosterError,
    PeerError,
    RollbackError,
    SignatureError,
    StumbleError,
    TooLargeError,
    UnexpectedError,
    UnopenableError,
    VersionError,
)
from protocol.errors.people import (
    LoginError,
    LoginForbiddenError,
    LoginLockedError,
    LoginNeededError,
    LoginRefusedError,
    PageError,
    PageForeignError,
    PageHostError,
    PageMissingError,
    PageStaleError,
    PageTooLargeError,
    PasswordWeakError,
    StaffError,
    StaffLastError,
    StaffTwiceError,
    StaffUnknownError,
)
from protocol.errors.stick import (
    StickError,
    StickFullError,
    StickHostileError,
    StickIncompleteError,
    StickMissingError,
    StickUnreadableError,
    StickUnwritableError,
)
from protocol.errors.store import (
    BackupDamagedError,
    BackupError,
    BackupPlaceError,
    BackupRunningError,
    DamagedError,
    DiskFullError,
    InUseError,
    NewerStoreError,
    NotJoinedError,
    OwnerStoppedError,
    RestorePlaceError,
    StoreError,
)

__all__ = [
    "EXIT_OK",
    "EXIT_REFUSED",
    "EXIT_UNREACHABLE",
    "EXIT_USAGE",
    "AddressMissingError",
    "AddressOtherError",
    "AlreadyJoinedError",
    "ApplicationUnknownError",
    "AttachmentTooLargeError",
    "AuditBrokenError",
    "AuditError",
    "AuditYoungError",
    "BackupDamagedError",
    "BackupError",
    "BackupPlaceError",
    "BackupRunningError",
    "BlobMissingError",
    "BlobUnknownError",
    "BusyError",
    "CaseClosedError",
    "CaseError",
    "CaseUnknownError",
    "CatalogueError",
    "CatalogueMissingError",
    "CodeBlockedError",
    "CodeExpiredError",
    "CodeUsedError",
    "CodeWrongError",
    "DamagedError",
    "DigestError",
    "DiskFullError",
    "EnrolmentError",
    "Fault",
    "FileUnreadableError",
    "FormInvalidError",
    "InUseError",
    "IntakeError",
    "ItemUnknownError",
    "JoinOnStickError",
    "JoinRejectedError",
    "JoinWaitingError",
    "KitDamagedError",
    "KitForeignError",
    "KitRoleError",
    "LifeBegunError",
    "LineError",
    "LockedError",
    "LoginError",
    "LoginForbiddenError",
    "LoginLockedError",
    "LoginNeededError",
    "LoginRefusedError",
    "MalformedError",
    "MaterialMissingError",
    "MaterialUnknownError",
    "NewerStoreError",
    "NoRoomError",
    "NodeRetiredError",
    "NodeStateError",
    "NodeSuspendedError",
    "NodeTwiceError",
    "NodeUnknownError",
    "NotJoinedError",
    "NotOnRosterError",
    "OwnerStoppedError",
    "PageError",
    "PageForeignError",
    "PageHostError",
    "PageMissingError",
    "PageStaleError",
    "PageTooLargeError",
    "ParentAbsentError",
    "PasswordWeakError",
    "PasswordWrongError",
    "PeerError",
    "PolicyError",
    "QuotaError",
    "RefusedError",
    "RestorePlaceError",
    "RollbackError",
    "RosterFileError",
    "SharesError",
    "SignatureError",
    "StaffError",
    "StaffLastError",
    "StaffTwiceError",
    "StaffUnknownError",
    "StickError",
    "StickFullError",
    "StickHostileError",
    "StickIncompleteError",
    "StickMissingError",
    "StickUnreadableError",
    "StickUnwritableError",
    "StoreError",
    "StumbleError",
    "TooLargeError",
    "UnexpectedError",
    "UnopenableError",
    "UsageError",
    "VersionError",
    "YizhanError",
    "every_error",
    "from_code",
]


def every_error(base: type[YizhanError] = YizhanError) -> list[type[YizhanError]]:
    """``base`` and everything below it, parents first."""
    return [base, *(e for child in base.__subclasses__() for e in every_error(child))]


def from_code(code: str, detail: str) -> YizhanError:
    """The error that a peer named by its code; an unknown code becomes a RefusedError."""
    kinds = {kind.code: kind for kind in every_error()}
    return kinds.get(code, RefusedError)(detail)
