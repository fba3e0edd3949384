"""The payloads of the vectors: one of each kind, and each subject of a follow-up."""

from protocol.envelope.circular_payloads import Circular
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.number_payloads import (
    BlockUse,
    NumberBlock,
    NumberReport,
    Numbers,
    VoidedBlock,
    VoidedRun,
    Wanted,
)
from protocol.envelope.payloads import (
    Answer,
    Application,
    Attachment,
    Decision,
    Document,
    FollowUp,
    Outcome,
    Payload,
    Receipt,
    Rejection,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.envelope.vault_county import CountySlot
from protocol.numbers.number import NumberKind
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Advised,
    Confirmation,
    Delivered,
    Letter,
    LetterKind,
    NewContact,
    Objection,
    PosterState,
    Posting,
    Rating,
    Said,
    Subject,
    Supplement,
    Telling,
    Visit,
    Way,
    Withdrawal,
    subject_name,
)
from protocol.records.publicity import Poster, PosterLine, WindowUnit
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
from tests.vectors import actors
from tests.vectors.actors import AT_MS, some_bytes
from tests.vectors.office_payloads import OFFICE_PAYLOADS

BLOB = (some_bytes("blob id"), 65_568)
_ATTACHMENT = Attachment(
    material="m1",
    name="身份证.jpg",
    size=65_536,
    sha256=some_bytes("file"),
    blob=BLOB[0],
    key=some_bytes("blob key"),
)
_FORM = '{"name":"黄小明","idNumber":"451423199001011230","phone":"13800000000"}'

_NUMBERS = NumberBlock(
    block=some_bytes("block", 8),
    issuer="451423",
    kind=NumberKind.CASE,
    year=2026,
    first=41_000_001,
    last=41_000_100,
    start=actors.INCARNATION,
)
_SUBJECTS: tuple[Subject, ...] = (
    Withdrawal(by="黄小明", words="不办了"),
    NewContact(phone="13800000001", name="黄小强"),
    Telling(
        what=Delivered.HANDED_OVER,
        way=Way.REFUSED,
        person="黄小明",
        document="不予许可决定书",
        witnesses=("农小芳", "韦大伟"),
    ),
    Rating(level=5, words="很好"),
    Posting(what=PosterState.PLACED, place="村委会公示栏"),
    Objection(words="不符合条件", by="某村民", phone="13800000002"),
    Visit(visitors=("农小芳", "韦大伟"), words="属实"),
)

PAYLOADS: dict[str, Payload] = {
    "application": Application(
        application=some_bytes("application", 16), item="451423-pension", release=7, form=_FORM
    ),
    "application-attached": Application(
        application=some_bytes("application 2", 16),
        item="451423-disability",
        release=7,
        form=_FORM,
        attachments=(_ATTACHMENT,),
    ),
    "application-numbered": Application(
        application=some_bytes("application 3", 16),
        item="451423-pension",
        release=7,
        form=_FORM,
        number="451423-2026-1-041000017-482915-45",
    ),
    "application-taken-in": Application(
        application=some_bytes("application 4", 16),
        item="451423-disability",
        release=7,
        form=_FORM,
        attachments=(_ATTACHMENT,),
        supersedes=some_bytes("application", 16),
        taken=TakenIn(
            clerk="农小芳",
            checker="黄大伟",
            mode=Mode.ASSIST,
            elsewhere="GX-2026-0007",
            agent=Agent(
                name="黄小强",
                kind=AgentKind.RELATIVE,
                scope=(Scope.APPLY, Scope.COLLECT),
                identity="451423199001011230",
                relation="儿子",
                paper="委托书",
            ),
            village="451423103202",
            owed=(Owed(material="m2", until="2026-10-31"),),
            window_ms=AT_MS,
            window_day="2026-09-21",
            pages=(Page(attachment=0, page=2, side=Side.BACK),),
            insisted="黄小强",
        ),
    ),
    "application-signed": Application(
        application=some_bytes("application 5", 16),
        item="451423-disability",
        release=7,
        form=_FORM,
        attachments=(_ATTACHMENT,),
        taken=TakenIn(
            clerk="农小芳",
            mode=Mode.DIRECT,
            pages=(Page(attachment=0, readable=True),),
            signed=Signature(how=SignedHow.PRINT, witness="韦大伟", material="m1"),
            doubtful=("q1",),
            done="已当场发放。",
        ),
    ),
    "follow-up-supplement": FollowUp(
        follow_up=some_bytes("follow-up", 16),
        application=some_bytes("application", 16),
        said=Said(
            subject=Supplement(words="补交"),
            at_ms=AT_MS,
            day="2026-09-21",
            clerk="农小芳",
            pages=(Page(attachment=0),),
        ),
        attachments=(_ATTACHMENT,),
    ),
    **{
        f"follow-up-{subject_name(subject)}": FollowUp(
            follow_up=some_bytes(f"follow-up {subject_name(subject)}", 16),
            application=some_bytes("application", 16),
            said=Said(subject=subject),
        )
        for subject in _SUBJECTS
    },
    "follow-up-letter": FollowUp(
        follow_up=some_bytes("follow-up letter", 16),
        said=Said(
            subject=Letter(kind=LetterKind.MAILBOX, words="路灯坏了", by="黄小明", phone="1")
        ),
    ),
    "follow-up-confirmation": FollowUp(
        follow_up=some_bytes("follow-up confirmation", 16),
        said=Said(
            subject=Confirmation(circular=some_bytes("circular", 16), waiting=("黄小明",)),
            at_ms=AT_MS,
            clerk="韦小芳",
        ),
    ),
    "follow-up-advised-doubts": FollowUp(
        follow_up=some_bytes("follow-up doubts", 16),
        said=Said(
            subject=Advised(
                item="451423-001", mode=Mode.AGENT, doubts=("是否本村户籍？（请到户籍地申请）",)
            ),
            at_ms=AT_MS,
            clerk="韦小芳",
        ),
    ),
    "follow-up-advised": FollowUp(
        follow_up=some_bytes("follow-up advised", 16),
        said=Said(
            subject=Advised(
                item="451423-pension",
                lacking=("银行账号", "居民户口簿"),
                mode=Mode.AGENT,
                village="451423103202",
            ),
            at_ms=AT_MS,
            clerk="农小芳",
        ),
    ),
    "answer": Answer(
        follow_up=some_bytes("follow-up letter", 16), words="已派人维修。", n=1_048_577, at_ms=AT_MS
    ),
    "follow-up-telling-post": FollowUp(
        follow_up=some_bytes("follow-up telling by post", 16),
        application=some_bytes("application", 16),
        said=Said(subject=Telling(what=Delivered.HANDED_OVER, way=Way.POST, person="黄小明")),
    ),
    "document": Document(
        application=some_bytes("application", 16),
        case="451423-2026-000001",
        name="受理通知书",
        note="已受理，二十个工作日内办结。",
        n=1_048_579,
        at_ms=AT_MS,
        days=5,
        attachments=(_ATTACHMENT,),
    ),
    "decision-faults": Decision(
        application=some_bytes("application", 16),
        case="451423-2026-000001",
        outcome=Outcome.CORRECTION,
        note="请按所列各处改正。",
        n=1_048_578,
        at_ms=AT_MS,
        faults=(
            FieldFault(field="household.0.name", words="与户口簿不一致"),
            FieldFault(material="m1", page=2, words="反面不清楚"),
        ),
    ),
    "decision-until": Decision(
        application=some_bytes("application", 16),
        case="451423-2026-000001",
        outcome=Outcome.CORRECTION,
        note="请在期限内补正。",
        n=1_048_580,
        at_ms=AT_MS,
        until="2027-01-31",
    ),
    "number-report": NumberReport(
        uses=(
            BlockUse(
                block=_NUMBERS,
                next=41_000_085,
                voided=(VoidedRun(first=41_000_003, last=41_000_004, reason="写坏"),),
            ),
        ),
        wanted=(Wanted(kind=NumberKind.CASE, year=2026),),
    ),
    "numbers": Numbers(
        blocks=(_NUMBERS,),
        voided=(VoidedBlock(block=some_bytes("another block", 8), reason="电脑已更换"),),
    ),
    "desk-request": DeskRequest(
        vault=some_bytes("vault"),
        slot=CountySlot(suite=2, key=some_bytes("county key", 8), sealed=some_bytes("slot", 80)),
        desk=some_bytes("desk"),
        clerk="韦小芳",
        at_ms=AT_MS,
    ),
    "desk-release": DeskRelease(desk=some_bytes("desk"), sealed=some_bytes("release", 80)),
    **OFFICE_PAYLOADS,
    "publicity": Publicity(
        application=some_bytes("application", 16),
        case="451423-2026-000001",
        poster=Poster(
            title="最低生活保障审核确认",
            days=7,
            unit=WindowUnit.DAYS,
            lines=(
                PosterLine(label="申请人姓名", text="黄小明"),
                PosterLine(label="申请人身份证号", text="4514**********1230"),
            ),
            contact="0771-0000121",
            basis="最低生活保障审核确认办法",
        ),
        n=1_048_580,
        at_ms=AT_MS,
    ),
    "circular": Circular(
        circular=some_bytes("circular", 16),
        title="国庆假期值班安排",
        words="10 月 1 日至 3 日窗口不开，急事打值班电话。",
        at_ms=AT_MS,
    ),
    "receipt": Receipt(statement=some_bytes("statement", 300)),
    "decision": Decision(
        application=some_bytes("application", 16),
        case="451423-2026-000001",
        outcome=Outcome.CORRECTION,
        note="请补交户口簿复印件。",
        n=1_048_576,
        at_ms=AT_MS,
    ),
    "rejection": Rejection(
        envelope=some_bytes("envelope id"), code="form.invalid", detail="$.phone", n=3, at_ms=AT_MS
    ),
    "rejection-reviewed": Rejection(
        envelope=some_bytes("envelope id"),
        code="review.rejected",
        detail="不是本村的申请",
        n=4,
        at_ms=AT_MS,
        application=some_bytes("application", 16),
    ),
}
