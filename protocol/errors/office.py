"""What the county's office, or whoever installs a node, asked can't be done."""

from collections.abc import Sequence

from protocol.errors.base import Fault, RefusedError


class EnrolmentError(RefusedError):
    """Joining is refused."""

    code = "enrolment"
    fault = Fault.OPERATOR


class KitDamagedError(EnrolmentError):
    """The kit is not whole, or not signed by the authority that it names."""

    code = "kit.damaged"
    zh = "开站包已损坏或被改动，请向县中心重新领取。"


class KitForeignError(EnrolmentError):
    """Who answers is not of the county that made the kit: a wrong kit, or something else there."""

    code = "kit.other-county"
    zh = (
        "应答的不是这个开站包所属的县：请核对开站包；"
        "也可能是上网认证页、路由器或别的设备占用了网址。"
    )


class KitOutdatedError(EnrolmentError):
    """The county has made a newer kit for this node since."""

    code = "kit.outdated"
    zh = "县中心已为本节点重新发放开站包，这一个不再有效，请使用新的开站包和开站码。"


class KitRoleError(EnrolmentError):
    """The kit is for a node of another role."""

    code = "kit.other-role"
    zh = "这个开站包不是给本类节点用的，请核对是乡镇枢纽还是村站。"


class CodeWrongError(EnrolmentError):
    """The one-time code does not fit the kit."""

    code = "code.wrong"
    zh = "一次性开站码不正确，请核对纸条后重新输入。"


class CodeUsedError(EnrolmentError):
    """The one-time code was spent by another machine."""

    code = "code.used"
    zh = "这个开站码已经用过，请向县中心申请新的开站包。"


class CodeBlockedError(EnrolmentError):
    """Too many wrong codes were tried for this kit: the next one must wait; the county knows."""

    code = "code.blocked"
    zh = "开站码输错次数过多，请过几分钟再试。若不是您输错的，请告诉县中心重新发放开站包。"


class CodeExpiredError(EnrolmentError):
    """The one-time code is older than the county's policy allows."""

    code = "code.expired"
    zh = "这个开站码已过期，请向县中心申请新的开站包。"


class JoinWaitingError(EnrolmentError):
    """The code is right; a person at the county has to approve the node."""

    code = "enrolment.waiting"
    zh = "开站码正确，正等待县中心核准。请打电话核对本机指纹，核准后再运行一次。"


class JoinTwiceError(EnrolmentError):
    """Several requests wait under one code: a word on one of them must say which."""

    code = "enrolment.two-requests"
    zh = (
        "同一开站码有多台电脑申请，可能有人抄走了开站包。请逐一电话核对指纹，"
        "并指明核准哪一个（--fingerprint）："
    )


class JoinRejectedError(EnrolmentError):
    """A person at the county rejected this request."""

    code = "enrolment.rejected"
    zh = "县中心没有核准本机开站，请与县中心联系。"


class AddressMissingError(EnrolmentError):
    """A hub that nobody could call: neither the roster nor its request says where."""

    code = "enrolment.address-missing"
    zh = (
        "名册里没有本枢纽的访问地址。请加上 --url https://HOST:PORT 再运行一次 join，"
        "或请县中心用 yizhan-provision address 登记地址；开站码没有用掉，仍然有效。"
    )


class AddressOtherError(EnrolmentError):
    """The roster has another address of this hub than its request."""

    code = "enrolment.address-other"
    zh = (
        "名册里登记的访问地址与 --url 不同。请改成名册里的地址或去掉 --url，再运行一次 join；"
        "地址确实变了，请县中心用 yizhan-provision address 更改。名册里的地址："
    )


class PolicyError(EnrolmentError):
    """The county's policy does not allow this."""

    code = "enrolment.policy"
    zh = "县中心的规定不允许："


class AlreadyJoinedError(EnrolmentError):
    """The data folder belongs to a node already."""

    code = "enrolment.already-joined"
    zh = "这个数据文件夹已经开站，请换一个空文件夹。"


class NodeUnknownError(EnrolmentError):
    """The roster has no such node, or not in the role that is needed."""

    code = "enrolment.node-unknown"
    zh = "名册里没有这个节点，请核对节点编号；开站时遇到，请向县中心申请新的开站包。"


class ParentUnknownError(NodeUnknownError):
    """No hub, or more than one, is what was named as the parent."""

    code = "enrolment.parent-unknown"
    zh = "名册里没有这个上级枢纽，或不止一个。请先添加枢纽，或改正上级（代码或节点编号）："


class RootMovedError(EnrolmentError):
    """The root key was moved into its sealed file before; it is not on this machine."""

    code = "root.moved"
    zh = (
        "根密钥已经移出本机，不能再导出。它在当时的封存文件里，用分片打开；"
        "改换登记员密钥用 root replace-registrar。"
    )


class DivisionError(EnrolmentError):
    """The division code of a station is none of a village, or of another township than its hub."""

    code = "node.division"
    zh = "区划代码不对："


class NodeStateError(EnrolmentError):
    """A node in this state can't be changed so."""

    code = "node.state"
    zh = "该节点目前的状态不允许这样操作："


class RosterFileError(EnrolmentError):
    """A table of new nodes has faults; none of its nodes was added."""

    code = "roster.file"
    zh = "名册文件有误，未加入任何节点，请按行号改正后重新导入。"


class NodeTwiceError(EnrolmentError):
    """The division has such a node already, or stands twice in the table."""

    code = "roster.twice"
    zh = "该地已有同类节点，或在表中重复。确实还要加一个时，命令加 --anyway，页面上勾选“仍然添加”："


class RekeyError(RefusedError):
    """The county's next key is not announced, or is announced already."""

    code = "rekey.order"
    fault = Fault.OPERATOR
    zh = "县中心换钥须先公布、后启用："


class RekeyUnsafeError(RefusedError):
    """The announced key stands in no backup and no safe: with this disk it would be lost."""

    code = "rekey.unsafe"
    fault = Fault.OPERATOR
    zh = (
        "公布之后还没有做过备份或密钥封存，新钥一旦丢失，用它封的申请就打不开，"
        "用它签的也无法延续。请先备份。"
    )


class RekeyWaitingError(RefusedError):
    """Nodes have no certificate of the TLS authority in use yet, as far as the county knows."""

    code = "rekey.waiting"
    fault = Fault.OPERATOR
    zh = (
        "还有节点没有换成新证书，现在停用旧的证书签发密钥，它们要到县中心重新领证后才能联系。"
        "请等它们换好，或加 --anyway；尚未换好的节点数："
    )


class SharesError(RefusedError):
    """The shares do not open the sealed file."""

    code = "shares.wrong"
    fault = Fault.OPERATOR
    zh = "密钥分片打不开封存文件，请核对每个词和份数。"


class RecoveryKeyWrongError(SharesError):
    """What was given as the recovery key is none, or not the present one of this county."""

    code = "recovery.wrong"
    zh = (
        "这不是可用的恢复密钥文件。请用 init 或 recovery new 写出的 .recovery 文件；"
        "只有分片时用 --share："
    )


class AuditError(RefusedError):
    """Something about the audit record is refused."""

    code = "audit"
    fault = Fault.OPERATOR


class AuditBrokenError(AuditError):
    """The audit record was changed, or entries were taken out of it."""

    code = "audit.broken"
    zh = "审计记录被改动或缺失，请保留现场并上报。"


class AuditCutError(AuditBrokenError):
    """The record lacks an end that nodes hold: somebody cut it, or put an older copy here."""

    code = "audit.cut"
    zh = (
        "审计记录的末尾不见了：各节点手里的名册证明曾有更多记录。有人截断了记录，或把旧的数据放了回来。"
        "请不要重启或改动，先复制整个数据目录留存，"
        "再与外存的导出和枢纽（yizhan-hub status）比对并上报。"
    )


class AuditYoungError(AuditError):
    """Entries that are not old enough must be kept; the policy says how long."""

    code = "audit.young"
    zh = "保留期（至少半年）以内的审计记录不能删除，未删除任何记录。"


class ClockJumpedError(RefusedError):
    """The county's date jumped and nobody has confirmed it: nothing is let go for its age."""

    code = "clock.jumped"
    fault = Fault.OPERATOR
    zh = "县中心电脑的日期曾经跳变，还没有管理员确认，因此没有删除任何记录。请先核对日期，再确认。"


class FeeFactsError(RefusedError):
    """A fee can't be computed from these facts: one is missing, or none that the rule can use."""

    code = "fee.facts"
    fault = Fault.OPERATOR
    zh = "按这些情况算不出费用：缺少一项，或者填写不对。"


class FeeUnknownError(RefusedError):
    """The catalogue has no fee rule for this item that is in force on that day."""

    code = "fee.none"
    fault = Fault.OPERATOR
    zh = "目录中这个事项当天没有生效的收费规则，不得收费。"


class CatalogueError(RefusedError):
    """The catalogue file can't become a release."""

    code = "catalogue.invalid"
    fault = Fault.OPERATOR
    zh = "事项目录文件有误，未发布任何内容。"

    def __init__(self, detail: str = "", *, findings: Sequence[object] = (), more: int = 0) -> None:
        super().__init__(detail)
        self.findings = tuple(findings)  # every fault (protocol.catalogue.findings.findings_of)
        self.more = more  # faults beyond those


class TableError(CatalogueError):
    """A table can't be read at all: damaged, or none of ours."""

    code = "catalogue.table"
    zh = "表格读不了，未导入任何内容。"


class TableKindError(TableError):
    """A file of another kind: PDF, old Excel, with macros, encrypted."""

    code = "catalogue.table-kind"
    zh = "这不是能导入的表格，请另存为普通的 .xlsx 或 CSV（UTF-8）。"


class TableTooLargeError(TableError):
    """A table with more in it than a catalogue ever has, or a cell that is over-long."""

    code = "catalogue.table-too-large"
    zh = "表格太大，未处理任何内容。"


class CatalogueMissingError(RefusedError):
    """This node holds no catalogue yet."""

    code = "catalogue.missing"
    fault = Fault.OPERATOR
    zh = "这里还没有事项目录。"


class CaseError(RefusedError):
    """A case can't be acted on as asked."""

    code = "case"
    fault = Fault.OPERATOR


class CaseUnknownError(CaseError):
    """No case with this number."""

    code = "case.unknown"
    zh = "没有这个办件，请核对编号，要写全："


class ReviewUnknownError(CaseError):
    """Nothing with this id waits in the review queue."""

    code = "review.unknown"
    zh = "审核箱里没有这一件。"


class FileAbsentError(CaseError):
    """An attachment has not come to the county yet."""

    code = "review.file-absent"
    zh = "这个附件还没有到县里，请等它到齐再看："


class ReviewRejectedError(CaseError):
    """A person looked at what a withdrawn or lost PC had sealed, and did not take it."""

    code = "review.rejected"
    zh = "县中心审核后没有受理："


class CaseOpenError(CaseError):
    """The case has no decision yet: what it says is still needed."""

    code = "case.open"
    zh = "办件还没有办结，不能抹去，请先办结："


class LetterUnknownError(CaseError):
    """No letter with this id."""

    code = "letter.unknown"
    zh = "没有这封来信。"


class LetterAnsweredError(CaseError):
    """The letter has its answer already."""

    code = "letter.answered"
    zh = "这封来信已经答复，不能再次答复。"


class CircularUnknownError(CaseError):
    """No circular with this id."""

    code = "circular.unknown"
    zh = "没有这份通知。"


class CaseClosedError(CaseError):
    """The case has its decision already."""

    code = "case.closed"
    zh = "该办件已经办结，不能再次决定。"
