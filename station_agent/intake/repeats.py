"""Handing in again: the same content under its id is answered alike, another content is refused.

What is kept for that is a digest of what was handed in, never the content itself.

Source: docs/operations.md, "A stack of forms"; docs/security.md, "What is not protected".
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.items.model import Item
from protocol.catalogue.typed import form_as_meant
from protocol.codec import pack
from protocol.errors import ApplicationTakenError, FileUnreadableError
from protocol.ids import ApplicationId
from runtime.cli.failures import reason
from runtime.disk.given_files import open_plain
from runtime.disk.papers import sent_name
from station_agent.intake.calls import Submission
from station_agent.papers.pages import SealedPage, page_names

File = tuple[str, str, bytes]  # material, name as it is sent, SHA-256


def digest_of(item: str, form: FormData, files: Sequence[File]) -> bytes:
    """SHA-256 over what an application says; the order of a form's fields says nothing."""
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(pack([item, text, sorted(files)])).digest()


def content_of(submission: Submission, pages: Sequence[SealedPage], item: Item | None) -> bytes:
    """The digest of what is handed in again; reads its files.

    Raises:
        IntakeError: it can't be read, so it can't be compared.
    """
    files = [
        (_material(item, name), sent_name(path), _sha256(path)) for name, path in submission.files
    ]
    named = zip(pages, page_names(pages), strict=True)
    files += [(page.material, name, page.sha256) for page, name in named]
    form = (
        form_as_meant(item.schema, submission.form.encode())[0]
        if item
        else read_form(submission.form.encode())
    )
    return digest_of(submission.item, form, files)


def require_same(application: ApplicationId, content: bytes, held: bytes | None) -> None:
    """Raise ApplicationTakenError unless both are one application."""
    if held is None:
        raise ApplicationTakenError(f"{application}（原件内容已不在本机，无法核对）")
    if content != held:
        raise ApplicationTakenError(application)


def _material(item: Item | None, name: str) -> str:
    found = item.material(name) if item else None
    return found.id if found else name


def _sha256(path: Path) -> bytes:
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
