"""Files that a page hands to a browser: those that came from elsewhere can not run there.

What is surely a picture, by its own first bytes, is shown; everything else is only saved: a page,
an SVG or a PDF could run a script with the reader's rights. A name or a type that somebody gave
counts for nothing.

Source: docs/security.md, "Pages"; MDN, "Content-Security-Policy: sandbox"; RFC 6266 and RFC 8187.
"""

from urllib.parse import quote

from aiohttp import web

_PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
)
_VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_FRAME = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_OTHER = "application/octet-stream"
HTML = "text/html"
_SHEET = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def picture_type(data: bytes) -> str:
    """The media type of a picture that browsers only draw; empty for anything else."""
    for start, kind in _PICTURES.items():
        if data.startswith(start):
            return kind
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def can_be_shown(name: str) -> bool:
    """Whether a file of this name is likely to be a picture: for the words of a link only."""
    return name.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"))


def made_file(name: str, kind: str, data: bytes) -> web.Response:
    """A file that the program made itself, to be saved.

    Args:
        name: in ASCII, without quotes.
        kind: its media type.
        data: all of it.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, content_type=kind, headers=headers)


def sheet(data: bytes) -> web.Response:
    """A page for printing that the program made itself, with its own style and no script."""
    headers = {"Content-Security-Policy": _SHEET}
    return web.Response(body=data, content_type=HTML, charset="utf-8", headers=headers)


def made_pdf(name: str, data: bytes, *, save: bool = False) -> web.Response:
    """A PDF that the program made itself: the browser's own viewer shows it."""
    return web.Response(
        body=data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": _disposition("attachment" if save else "inline", name),
            "Content-Security-Policy": _VIEWER,
            "X-Content-Type-Options": "nosniff",
        },
    )


def shown_here(name: str, data: bytes) -> web.Response:
    """A PDF that came from elsewhere, within a page of this site: the browser's viewer draws it.

    It is a PDF by its first bytes and is never read as anything else, so nothing of it runs
    with the reader's rights. What is none is handed on as :func:`file_response` does.
    """
    if not data.startswith(b"%PDF-"):
        return file_response(name, data, save=False)
    return web.Response(
        body=data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": _disposition("inline", name),
            "Content-Security-Policy": _FRAME,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


def _disposition(way: str, name: str) -> str:
    return f"{way}; filename*=UTF-8''{quote(_plain(name), safe='')}"


def file_response(name: str, data: bytes, *, save: bool) -> web.Response:
    """``data`` as an answer; ``save`` asks the browser to save a picture, too."""
    kind = picture_type(data)
    way = "inline" if kind and not save else "attachment"
    return web.Response(
        body=data,
        content_type=kind or _OTHER,
        headers={
            "Content-Disposition": _disposition(way, name),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _plain(name: str) -> str:
    """``name`` without what a file name can't hold; never empty."""
    kept = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name).strip(
        ". "
    )
    return kept or "file"
