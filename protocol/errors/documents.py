"""Documents that the county makes itself, and what stops one."""

from protocol.errors.base import Fault, LineError, RefusedError


class DocumentError(RefusedError):
    """A document can't be made; nothing was issued."""

    code = "document"
    fault = Fault.OPERATOR


class FactMissingError(DocumentError):
    """The document must say something that is not known of its case."""

    code = "document.fact-missing"
    zh = "文书必须写明的内容还不知道，没有发出。请补上再发，缺少："


class TemplateNotOpenError(DocumentError):
    """The document is a township's own, and its template names somebody else over it."""

    code = "document.template-not-open"
    zh = (
        "这份文书以乡镇名义作出，模板的抬头或文号却写死了别的机关，没有发出。"
        "请在文书模板的抬头写 {机关}，文号写 {简称}："
    )


class FactWrongError(DocumentError):
    """A fact that somebody gave is none, or not as it should be written."""

    code = "document.fact-wrong"
    zh = "给出的事实不对，文书没有发出。请改正："


class GlyphMissingError(DocumentError):
    """The font has no sign for a character: a document with a hole in a name would be void."""

    code = "document.glyph-missing"
    zh = (
        "字库里没有这个字，文书没有发出。请核对是否写错；没有写错时，在 county.toml 的"
        " document_font 写上有这个字的字库文件。缺字："
    )


class FontUnreadableError(DocumentError):
    """The font file of the settings can't be used."""

    code = "document.font"
    zh = "字库文件不能用，文书没有发出。请核对 county.toml 的 document_font："


class DocumentUnknownError(DocumentError):
    """The case has no document of this number."""

    code = "document.unknown"
    zh = "这个办件没有这份文书。请用 documents 列出后核对序号："


class StampedAlreadyError(DocumentError):
    """The document has its seal; who put it there stands beside it."""

    code = "document.stamped"
    zh = "这份文书已经用印，没有重复登记。先前登记："


class ToldWrongError(DocumentError):
    """What is said of how somebody was told can't be."""

    code = "document.told-wrong"
    zh = "告知、送达登记得不对，什么都没有登记。请改正："


class SealRefusedError(DocumentError):
    """The county's seal system answered, and put no seal on the document."""

    code = "document.seal-refused"
    zh = "电子印章系统没有盖章，文书没有发出，文号保留。请与印章管理人核对后再发："


class SealUnreachableError(LineError):
    """The county's seal system does not answer; the number of the document is kept for it."""

    code = "document.seal-unreachable"
    zh = "连不上电子印章系统，文书没有发出，文号保留。请稍后再发："
