"""Bytes from outside that must not be acted on."""

from protocol.errors.base import Fault, RefusedError


class PeerError(RefusedError):
    """The peer sent something that we must not act on. Our own data is untouched."""

    code = "peer"
    fault = Fault.PEER
    zh = "收到的数据不正确，已拒收，本机资料未受影响。"


class MalformedError(PeerError):
    """Bytes that are not a frame or message of this protocol."""

    code = "peer.malformed"


class NeedsNewerError(MalformedError):
    """It has to be understood, and only a newer program does: kept as it came, and taken then."""

    code = "peer.needs-newer"
    fault = Fault.OPERATOR
    zh = (
        "这份内容要用更新版本的程序才能处理。内容已原样保留，没有丢失；"
        "请升级接收一方的程序，升级后会自动接着处理。"
    )


class TooLargeError(PeerError):
    """Larger than one message or file may be on its way."""

    code = "peer.too-large"


class SignatureError(PeerError):
    """A signature does not fit its bytes, or its signer is not known."""

    code = "peer.signature"


class UnopenableError(PeerError):
    """Sealed bytes that can't be opened with the key they name."""

    code = "peer.unopenable"


class DigestError(PeerError):
    """The content does not have the hash that names it."""

    code = "peer.digest"


class UnexpectedError(PeerError):
    """A well-formed message at a moment when it makes no sense."""

    code = "peer.unexpected"


class RollbackError(PeerError):
    """A roster or release older than the one we hold."""

    code = "peer.rollback"


class BlobUnknownError(PeerError):
    """A part of a blob that no envelope here has announced."""

    code = "peer.blob-unknown"


class BlobMissingError(PeerError):
    """An attachment of an application that arrived did not come in 60 days."""

    code = "peer.blob-missing"
    zh = "县中心已收到申请，但附件一直没有到齐，请联系县中心或重新提交附件。"


class RouteError(PeerError):
    """An envelope or a piece of a blob that must not come from there, or go there."""

    code = "peer.route"
    zh = (
        "收到不该由对方发来（或不该发往该处）的数据，已拒收，本机资料未受影响。"
        "各站之间的往来都要经过县中心。"
    )


class NodeSuspendedError(PeerError):
    """The county has suspended this node; it may call again once it is resumed."""

    code = "node.suspended"
    fault = Fault.OPERATOR
    zh = "本站已被县中心停用。资料都保存在本机，不会丢失；请与县中心联系。"


class NodeRetiredError(PeerError):
    """The county has retired this node for good."""

    code = "node.retired"
    fault = Fault.OPERATOR
    zh = "本站已被县中心注销。尚未送出的资料仍在本机，请用 U 盘导出后交给县中心。"


class NodeDrainingError(PeerError):
    """The county withdraws this node: what it sealed still goes out, nothing new is sealed."""

    code = "node.draining"
    fault = Fault.OPERATOR
    zh = (
        "县中心正在收回本站，不能再提交新的申请。已保存的申请照常送出，由县中心审核；"
        "新的申请请到其他站点办理，并与县中心联系。"
    )


class NodeStoppedError(PeerError):
    """The county has stopped this node: nothing more of it is taken."""

    code = "node.stopped"
    fault = Fault.OPERATOR
    zh = "本站已被县中心停止，县里不再接收本机资料。资料仍保存在本机，请勿删除，并与县中心联系。"


class NodeReplacedError(PeerError):
    """Another PC works under this node's name; this one may not call any more."""

    code = "node.replaced"
    fault = Fault.OPERATOR
    zh = "本站已换用另一台电脑，本机不再使用。尚未送出的资料仍在本机，请用 U 盘导出后交给县中心。"


class BeyondCounterError(PeerError):
    """Sealed after the number up to which the county still takes envelopes of this PC."""

    code = "node.beyond-counter"
    fault = Fault.OPERATOR
    zh = "这一件的编号在县中心收回本站时限定的数目之后，未予受理；县中心保留原件，请与县中心联系。"


class NotOnRosterError(PeerError):
    """The roster does not let this node speak here."""

    code = "peer.not-on-roster"
    zh = "名册不允许本节点在此交换，请联系县中心管理员。"


class PeerInternalError(PeerError):
    """The receiver's program failed on this one item; it keeps a copy for whoever mends it."""

    code = "peer.internal"
    fault = Fault.PROGRAM
    zh = "对方程序处理这一件时出错，已单独保存，其余不受影响；程序升级后会自动重送。"


class VersionError(PeerError):
    """The two programs share no version of the protocol."""

    code = "peer.version"
    zh = "双方程序版本不相容，请升级较旧的一方。"
