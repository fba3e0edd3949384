"""The font of documents: which characters it has, and that it is the one that was meant.

Noto Serif SC comes with the program (SIL Open Font License 1.1): all of GB 2312 and most of GBK.
A county may name a file of its own, such as its 仿宋. Loading takes 30 MB and a third of a second,
so nothing is loaded before the first document.

Source: docs/documents.md, "Font".
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from protocol.errors.documents import FontUnreadableError, GlyphMissingError

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font file that was looked at."""

    path: Path
    characters: frozenset[int]  # code points that it has a sign for

    def require(self, text: str) -> None:
        """Raise GlyphMissingError unless there is a sign for everything in ``text``."""
        missing = sorted({one for one in text if ord(one) not in self.characters and one != "\n"})
        if missing:
            shown = (f"“{one}”（U+{ord(one):04X}）" for one in missing[:_SHOWN])
            raise GlyphMissingError("、".join(shown))


def font_of(path: Path | None) -> Font:
    """The font of a file, or the program's own; blocks.

    Raises:
        FontUnreadableError: the file can't be read, or is no font.
    """
    return _looked_at(path or own_font())


def own_font() -> Path:
    """Where the program's own lies."""
    import pylopdf_fonts_zh_cn  # noqa: PLC0415 - only with a document

    return Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSerifSC-Regular.otf"


@lru_cache(maxsize=2)
def _looked_at(path: Path) -> Font:
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - only with a document

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            return Font(path=path, characters=frozenset(font.getBestCmap()))
    except (OSError, TTLibError, AttributeError, TypeError) as exc:
        raise FontUnreadableError(f"{path}：{exc}") from exc
