"""Files that a handler sends along with an action: looked at before they count.

A name or a type that a browser gives counts for nothing; the first bytes say what a file is.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from central.accounts.roles import Right
from central.county.casework.answers.sealing import Made
from protocol.errors import BusyError, PageMissingError
from protocol.errors.casework import StepFieldsError
from protocol.limits import MIB
from runtime.web.downloads import picture_type
from runtime.web.page import Page
from runtime.web.site import FileForm

MAX_SENT_FILES = 5  # with one action: a decision has one, seldom an annex
MAX_SENT_BYTES = 10 * MIB  # together: a village's line carries a megabyte in a minute
_PDF = b"%PDF-"
_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
}
FILE_FORMS = {"/cases/": FileForm(right=Right.CASES, max_bytes=MAX_SENT_BYTES)}


async def sent_files(page: Page) -> list[Made]:
    """What was chosen now, and what is kept from before an error.

    Raises:
        StepFieldsError: too many, too large, or no picture and no PDF.
    """
    files = [Made(name=name, data=data) for name, data in await page.uploads("file") if data]
    files = [*_kept(page, (await page.request.post()).getall("kept", [])), *files]
    if len(files) > MAX_SENT_FILES:
        raise StepFieldsError(f"一次最多附 {MAX_SENT_FILES} 个文件")
    if sum(len(one.data) for one in files) > MAX_SENT_BYTES:
        raise StepFieldsError(f"附的文件合起来最多 {MAX_SENT_BYTES // MIB} MiB")
    for one in files:
        kind = "application/pdf" if one.data.startswith(_PDF) else picture_type(one.data)
        if not one.name.lower().endswith(_ENDINGS.get(kind, ())):
            raise StepFieldsError(f"“{one.name[:40]}”不是 PDF、JPG 或 PNG，或者扩展名和内容不符")
    return files


def keep(page: Page, files: Sequence[Made]) -> list[tuple[str, str]]:
    """Keep them while the page is put right, as far as there is room; number and name of each."""
    kept: list[tuple[str, str]] = []
    for one in files:
        with suppress(BusyError):
            number = page.site.uploads.put(page.login.name, one.name, one.data)
            kept.append((number, one.name))
    return kept


def _kept(page: Page, numbers: Iterable[object]) -> list[Made]:
    """Those that were kept and are still there."""
    found: list[Made] = []
    for number in numbers:
        with suppress(PageMissingError):
            upload = page.site.uploads.of(page.login.name, str(number))
            found.append(Made(name=upload.name, data=upload.data))
    return found
