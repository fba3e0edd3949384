"""What came from a village is never run by a browser of the county."""

import pytest
from aiohttp import hdrs

from runtime.web.downloads import file_response

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
RUNNABLE = {
    "a.html": b"<!doctype html><script>alert(1)</script>",
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a.xml": b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"/>',
    "a.pdf": b"%PDF-1.7\n",
    "a.js": b"alert(1)",
    "a.png": b"<script>alert(1)</script>",  # only called a picture
    "a.txt": b"plain",
    "empty.jpg": b"",
}


@pytest.mark.parametrize("name", RUNNABLE)
def test_what_browsers_run_is_only_saved(name: str) -> None:
    answer = file_response(name, RUNNABLE[name], save=False)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers[hdrs.CONTENT_DISPOSITION].startswith("attachment;")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
    ],
)
def test_a_picture_is_known_by_its_own_bytes_whatever_its_name(start: bytes, kind: str) -> None:
    answer = file_response("x.html", start + bytes(9), save=False)
    assert answer.content_type == kind
    assert answer.headers[hdrs.CONTENT_DISPOSITION].startswith("inline;")


@pytest.mark.parametrize("data", [PNG, b"x"])
def test_every_file_is_shut_in(data: bytes) -> None:
    headers = file_response("x", data, save=False).headers
    assert "sandbox" in headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_saved_if_that_is_asked_for() -> None:
    answer = file_response("照片.png", PNG, save=True)
    assert answer.headers[hdrs.CONTENT_DISPOSITION] == (
        "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87.png"
    )


@pytest.mark.parametrize(
    "name", ['a"; x=1\r\nSet-Cookie: a', "../../etc/passwd", "...", "", "\u202e"]
)
def test_a_name_can_say_nothing_to_the_browser(name: str) -> None:
    said = file_response(name, b"", save=True).headers[hdrs.CONTENT_DISPOSITION]
    value = said.removeprefix("attachment; filename*=UTF-8''")
    assert value
    assert not set(value) & set("\"'/\\\r\n; ")
