"""What a page was opened on, so that nobody undoes unseen what somebody else saved meanwhile."""

import hashlib
import json

from central.county.catalogue.pages.reading import Source
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level

SEEN = "seen"
"""The field of a form that brings it back."""
_CHARS = 32


def seen_of(raw: Document) -> str:
    """Names the content of an item; empty where there is none yet."""
    if not raw:
        return ""
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_CHARS]


def unseen(typed: Document, before: Document, source: Source, item: str = "") -> list[Finding]:
    """A finding if what a page was opened on is not what it changes."""
    same = not before or str(typed.get(SEEN, "")) == seen_of(before)
    return [] if same else [_edited(source, item)]


def _edited(source: Source, item: str) -> Finding:
    """Somebody else has saved it since the page was opened: saving would undo that unseen."""
    where = f"草稿 {source.draft.draft}，{source.draft.author}" if source.draft else "新版目录"
    return Finding(
        code="item.edited",
        level=Level.ERROR,
        item=item,
        place="",
        reason=f"您打开本页以后，别人改过这里（{where}），这次没有保存，您填的还在本页",
        todo="请另开一页看现在的内容，核对以后再存：以本页为准，会盖掉对方的改动",
    )
