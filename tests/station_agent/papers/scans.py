"""Pages as people bring them, honest ones and others: made anew for each test."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

GPS_IFD = 0x8825
SECRET = "韦小芳的手机"
LIMIT = 20 * 2**20


def picture(
    width: int = 400, height: int = 300, *, kind: str = "JPEG", mode: str = "RGB", **how: Any
) -> bytes:
    """The left half is red, the right half white: which side is where can be seen."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((200, 0, 0), (0, 0, width // 2, height))
    return saved(image.convert(mode), kind, **how)


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def photo(width: int, height: int) -> bytes:
    """One that does not compress to nothing: noise over a gradient."""
    small = Image.effect_noise((width // 4, height // 4), 60)
    made = io.BytesIO()
    small.resize((width, height)).convert("RGB").save(made, "JPEG", quality=90)
    return made.getvalue()


def telephone_photo(orientation: int = 6) -> bytes:
    """With the side it was held, the telephone, a position, remarks, and XMP."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, SECRET.encode()
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (22.0, 20.0, 0.0), 3: "E", 4: (106.0, 51.0, 0.0)})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">22.33N</x:xmpmeta>'
    return picture(exif=exif.tobytes(), comment=SECRET.encode(), xmp=xmp)


def opened(page: bytes) -> Image.Image:
    return Image.open(io.BytesIO(page))


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of few bytes that says of itself that it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


def bomb_png(mib: int = 200) -> bytes:
    """A small PNG with honest edges whose data would go on for ``mib`` MiB."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(mib)) + packer.flush()
    head = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


def animated(kind: str = "GIF") -> bytes:
    frames = [Image.effect_noise((40, 30), spread) for spread in (20, 60, 90)]
    made = io.BytesIO()
    frames[0].save(made, kind, save_all=True, append_images=frames[1:])
    return made.getvalue()


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic" + bytes(8) + b"mif1heic" + bytes(200)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>'


def pdf(pages: int = 1, *, password: str = "", script: str = "", file: bytes = b"") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if script:
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
    if file:
        writer.add_attachment("x.exe", file)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def bomb_pdf(mib: int = 1500) -> bytes:
    """A PDF whose one stream of objects would become ``mib`` MiB."""
    packer = zlib.compressobj(9)
    piece = bytes(2**20)
    data = b"".join(packer.compress(piece) for _ in range(mib)) + packer.flush()
    head = (
        b"%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length "
        + str(len(data)).encode()
        + b" >>\nstream\n"
    )
    body = head + data + b"\nendstream\nendobj\n"
    table = (
        struct.pack(">BIB", 0, 0, 0) + struct.pack(">BIB", 1, 9, 0) + struct.pack(">BIB", 2, 1, 0)
    )
    start = len(body)
    xref = (
        b"3 0 obj\n<< /Type /XRef /Size 3 /W [1 4 1] /Root 2 0 R /Length "
        + str(len(table)).encode()
        + b" >>\nstream\n"
        + table
        + b"\nendstream\nendobj\nstartxref\n"
        + str(start).encode()
        + b"\n%%EOF\n"
    )
    return body + xref


def active_pdf(action: str, key: str = "/OpenAction", *, name_apart: bool = False) -> bytes:
    """One that does something when it is opened.

    Args:
        name_apart: the name of what it does stands elsewhere in the file.
    """
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    name = NameObject(f"/{action}")
    does = DictionaryObject({NameObject("/S"): writer._add_object(name) if name_apart else name})
    if key == "/AA":
        does = DictionaryObject({NameObject("/WC"): does})
    writer._root_object[NameObject(key)] = writer._add_object(does)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def drawn_pdf(data: bytes, **facts: int) -> bytes:
    """One whose page draws by this stream; a picture of these facts, if there are some."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    stream = DecodedStreamObject()
    stream.set_data(data)
    packed = stream.flate_encode()
    if facts:
        packed[NameObject("/Subtype")] = NameObject("/Image")
        packed.update({NameObject(f"/{key}"): NumberObject(said) for key, said in facts.items()})
    page[NameObject("/Contents")] = writer._add_object(packed)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
