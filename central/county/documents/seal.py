"""The port to the county's electronic seal system, and the one adapter: HTTPS.

The program makes no seal and pastes no picture of one. Where no system is named, a document says
that it waits for a stamp, and the register says who stamped it.

Source: docs/documents.md, "Seal"; GB/T 38540 is the seal system's own business.
"""

import hashlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import aiohttp

from protocol.errors import UsageError
from protocol.errors.documents import SealRefusedError, SealUnreachableError
from protocol.limits import MIB

MAX_SEALED_BYTES = 5 * MIB  # of a sealed document: ours have 40 KB, a seal adds a picture
MAX_SEAL_CHARS = 100  # of the seal system's number
SEAL_S = 30.0  # within which it answers
_WORDS = 200
_OK = 200
_START = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSeal:
    """What is to be sealed."""

    pdf: bytes = field(repr=False)
    department: str  # whose seal
    title: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What came back."""

    pdf: bytes = field(repr=False)
    serial: str  # the seal system's number for this seal


class SealPort(Protocol):
    """A county's seal system."""

    async def seal(self, wanted: ToSeal) -> Sealed:
        """Put the department's seal on a document.

        Asked again with the same bytes it may give the same answer: they are their own key.

        Raises:
            SealUnreachableError: it does not answer.
            SealRefusedError: it answered, and put no seal on it.
        """
        ...


class HttpsSeal:
    """A seal system that takes a PDF by POST and answers with the sealed one."""

    def __init__(self, url: str, *, token: Path | None = None, ca: Path | None = None) -> None:
        """Read token and authority once.

        Raises:
            UsageError: not https, or a file can't be read.
        """
        if not url.startswith("https://"):
            raise UsageError("seal_url：印章系统只能用 https 连接")
        self._url = url
        try:
            self._token = token.read_text("utf-8").strip() if token else ""
            self._tls = ssl.create_default_context(cafile=str(ca) if ca else None)
        except (OSError, ValueError) as exc:
            raise UsageError(f"seal_token、seal_ca：{exc}") from None

    async def seal(self, wanted: ToSeal) -> Sealed:
        """As the port says."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SEAL_S)) as session,
                session.post(
                    self._url,
                    data=wanted.pdf,
                    headers=self._headers(wanted),
                    ssl=self._tls,
                    allow_redirects=False,
                ) as answer,
            ):
                data = await _body(answer)
                serial = answer.headers.get("Seal-Serial", "")
                return _checked(answer.status, data, serial)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise SealUnreachableError(f"{type(exc).__name__}") from exc

    def _headers(self, wanted: ToSeal) -> dict[str, str]:
        said = {
            "Content-Type": "application/pdf",
            "Idempotency-Key": hashlib.sha256(wanted.pdf).hexdigest(),
            "Document-Department": quote(wanted.department),
            "Document-Title": quote(wanted.title),
            "Document-Number": quote(wanted.number),
        }
        return said | ({"Authorization": f"Bearer {self._token}"} if self._token else {})


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for piece in answer.content.iter_any():
        data += piece
        if len(data) > MAX_SEALED_BYTES:
            raise SealRefusedError(f"回来的文件超过 {MAX_SEALED_BYTES} 字节")
    return bytes(data)


def _checked(status: int, data: bytes, serial: str) -> Sealed:
    if status != _OK:
        words = data[:_WORDS].decode("utf-8", "replace")
        shown = "".join(one if one.isprintable() else " " for one in words).strip()
        raise SealRefusedError(f"{status} {shown}".strip())
    if not data.startswith(_START):
        raise SealRefusedError("回来的不是 PDF")
    if not 0 < len(serial) <= MAX_SEAL_CHARS or not serial.isprintable():
        raise SealRefusedError("没有印章编号（Seal-Serial）")
    return Sealed(pdf=data, serial=serial)
