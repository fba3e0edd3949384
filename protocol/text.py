"""Text as people's keyboards and programs make it, and as we compare it.

Input methods leave full-width digits, other dashes and marks that nobody sees; programs put a
byte-order mark before a file or save it as UTF-16. What names something (a code, an identity
number, an address) is read by its meaning; what somebody is called stays as it is, but for marks
that nobody sees.

Source: docs/operations.md, "Text".
"""

import codecs
import unicodedata
from collections.abc import Iterator

from protocol.errors import TextError

_JOINERS = frozenset("\u200c\u200d")  # join or part letters and emoji: they belong to the text
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－ー─━⁃"), "-")
_DOTS = dict.fromkeys(map(ord, "・･‧•∙⋅．\u0387"), "·")
_COLONS = dict.fromkeys(map(ord, "：﹕︰∶꞉"), ":")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATES = range(0xD800, 0xE000)


def is_invisible(char: str) -> bool:
    """Whether nobody sees this character: a control, a mark of direction, a lone surrogate."""
    if char in _JOINERS:
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in "\u2028\u2029\u115f\u3164"


def visible(text: str) -> str:
    """``text`` without the characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if not is_invisible(char))


def identifier(text: str) -> str:
    """What names something, by its meaning: half-width, dashes alike, no blanks around it."""
    if text.isascii() and text.isprintable():
        return text.strip()  # as most are; the other way is slow
    half = unicodedata.normalize("NFKC", visible(text.translate(_DASHES)))
    return half.translate(_DASHES).translate(_COLONS).strip()


def secret(text: str) -> str:
    """A password or code as it counts: the same typed with another input method is the same."""
    return unicodedata.normalize("NFKC", visible(text))


def person_name(text: str) -> str:
    """What somebody is called: composed, one kind of middle dot, single blanks, nothing unseen."""
    clean = unicodedata.normalize("NFC", visible(" ".join(text.split())))
    if any(char > "\u2e80" for char in clean):  # a Chinese name; others may have a full stop
        clean = clean.translate(_DOTS)
    return clean


def without_marks(text: str) -> str:
    """``text`` without marks that nobody sees; line ends and tabs stay."""
    return "".join(char for char in text if char in "\n\r\t" or not is_invisible(char))


def what_is_unseen(text: str) -> str:
    """The characters in ``text`` that nobody sees, by their numbers, for a message."""
    return "、".join(f"U+{ord(char):04X}" for char in text if is_invisible(char))


def decode(data: bytes) -> str:
    """A file that somebody wrote as text: UTF-8 or, with its mark, UTF-16 or UTF-32.

    Raises:
        TextError: it is of another encoding; the detail says how to save it.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if b"\0" in data[:4096]:
        raise TextError("像是不带标记的 UTF-16，或不是文本文件；请另存为 UTF-8")
    return _plain(data)


def any_text(data: bytes) -> str:
    """As :func:`decode`, and GB18030 (and so GBK) as well: what table programs save.

    Raises:
        TextError: it is none of them.
    """
    try:
        return decode(data)
    except TextError:
        if b"\0" in data:
            raise
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise TextError("不是文本，或者文件损坏") from None


def lines_of(text: str) -> Iterator[str]:
    """Lines that end in LF, CR LF or CR, and in nothing else."""
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def has_surrogates(text: str) -> bool:
    """Whether some of it can't be written as UTF-8."""
    return any(ord(char) in _SURROGATES for char in text)


def _marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        name = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise TextError(
            f"开头的标记说是 {name}，内容却不是，文件损坏或不完整；请另存为 UTF-8"
        ) from None


def _plain(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        raise TextError("不是文本，或者文件损坏；请另存为 UTF-8") from None
    raise TextError("编码是 GBK（记事本里叫 ANSI）；请用记事本另存为，编码选 UTF-8")
