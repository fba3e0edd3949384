"""The county's seal system is asked over HTTPS, and nothing but a sealed PDF is taken."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web

from central.county.documents.room import DocumentSettings
from central.county.documents.seal import (
    MAX_SEAL_CHARS,
    MAX_SEALED_BYTES,
    HttpsSeal,
    ToSeal,
)
from protocol.errors import UsageError
from protocol.errors.documents import SealRefusedError, SealUnreachableError
from provisioning.page_certificate import page_certificate

TO_SEAL = ToSeal(pdf=b"%PDF-1.6 one", department="样例局", title="受理书", number="第 1 号")
SERIAL = "S" * MAX_SEAL_CHARS


@dataclass
class System:
    """What it answers, and what it was told."""

    status: int = 200
    body: bytes = b"%PDF-1.6 sealed"
    serial: str = SERIAL
    asked: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((await request.read(), dict(request.headers)))
        headers = {"Seal-Serial": self.serial} if self.serial else {}
        if self.status == 302:
            headers["Location"] = "https://elsewhere.example/"
        return web.Response(status=self.status, body=self.body, headers=headers)


@asynccontextmanager
async def serving(folder: Path, system: System) -> AsyncIterator[HttpsSeal]:
    certificate, key = page_certificate(folder, ["localhost"])
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    app = web.Application()
    app.router.add_post("/seal", system.answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    token = folder / "token"
    token.write_text("word\n", encoding="utf-8")
    port = runner.addresses[0][1]
    try:
        yield HttpsSeal(f"https://localhost:{port}/seal", token=token, ca=certificate)
    finally:
        await runner.cleanup()


async def test_a_document_comes_back_sealed_under_its_own_key(tmp_path: Path) -> None:
    system = System(body=b"%PDF-".ljust(MAX_SEALED_BYTES, b" "))
    async with serving(tmp_path, system) as seal:
        sealed = await seal.seal(TO_SEAL)
        await seal.seal(TO_SEAL)
    assert (sealed.pdf, sealed.serial) == (system.body, SERIAL)
    (body, headers), (_, again) = system.asked
    assert body == TO_SEAL.pdf
    assert headers["Authorization"] == "Bearer word"
    assert headers["Idempotency-Key"] == again["Idempotency-Key"]
    said = [unquote(headers[f"Document-{name}"]) for name in ("Department", "Title", "Number")]
    assert said == ["样例局", "受理书", "第 1 号"]


REFUSED = [
    (System(status=403, body="印章\n停用".encode()), "403 印章 停用"),
    (System(status=302), "302"),
    (System(body=b"no pdf"), "PDF"),
    (System(serial=""), "Seal-Serial"),
    (System(serial="S" * (MAX_SEAL_CHARS + 1)), "Seal-Serial"),
    (System(body=b"%PDF-".ljust(MAX_SEALED_BYTES + 1, b" ")), str(MAX_SEALED_BYTES)),
]


@pytest.mark.parametrize(("system", "why"), REFUSED, ids=[why for _, why in REFUSED])
async def test_nothing_else_is_taken(tmp_path: Path, system: System, why: str) -> None:
    async with serving(tmp_path, system) as seal:
        with pytest.raises(SealRefusedError, match=why):
            await seal.seal(TO_SEAL)


async def test_a_system_that_does_not_answer_or_is_a_stranger_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, System()) as seal:
        stranger = HttpsSeal(seal._url)  # whose certificate the system does not know
        with pytest.raises(SealUnreachableError):
            await stranger.seal(TO_SEAL)
    with pytest.raises(SealUnreachableError):
        await seal.seal(TO_SEAL)


def test_settings_name_it_or_documents_wait_for_a_stamp(tmp_path: Path) -> None:
    nothing = DocumentSettings.read(font="", seal_url="", seal_token="", seal_ca="")
    assert (nothing.font, nothing.seal) == (None, None)
    for url, token in (("http://seal.example/", ""), ("https://seal.example/", "none")):
        path = str(tmp_path / token) if token else ""
        with pytest.raises(UsageError):
            DocumentSettings.read(font="", seal_url=url, seal_token=path, seal_ca="")
    some = DocumentSettings.read(
        font="f.ttf", seal_url="https://seal.example/", seal_token="", seal_ca=""
    )
    assert some.font == Path("f.ttf")
    assert isinstance(some.seal, HttpsSeal)
