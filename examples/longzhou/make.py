"""Rebuild the sample county from its sources: ``python -m examples.longzhou.make [FOLDER]``.

Writes catalogue.json, roster.csv, applications/, form.json, decision.pdf. The same sources give
the same bytes; only images may differ in bytes, never in pixels, under another version of Pillow.
"""

import csv
import json
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from random import Random

from examples.longzhou.catalogue import attached_ids, build_catalogue
from examples.longzhou.schemas import Json
from examples.synthetic.forms import make_form
from examples.synthetic.people import Place, make_person, read_places
from examples.synthetic.scans import scan_jpeg, scan_png

HOME = Path(__file__).parent
SOURCES = HOME / "sources"
ROLES = {"county": "county", "township": "hub", "village": "station"}
# (item number, how many of its papers are attached): one application each, in this order
APPLICATIONS = (
    *((1, 2), (3, 0), (9, 0), (14, 0), (18, 0), (20, 0), (22, 3), (23, 3), (25, 2), (26, 0)),
    *((29, 0), (35, 2), (44, 0), (49, 3), (53, 1), (58, 0), (61, 2), (62, 0), (66, 0), (69, 1)),
)


def make(folder: Path) -> None:
    """Write the sample county into ``folder``, over what is there."""
    (folder / "applications" / "scans").mkdir(parents=True, exist_ok=True)
    _write_text(folder / "roster.csv", _roster())
    villages = read_places(folder / "roster.csv")
    catalogue = build_catalogue(SOURCES, villages, [number for number, _ in APPLICATIONS])
    _write_json(folder / "catalogue.json", catalogue)
    (folder / "decision.pdf").write_bytes(_pdf("Decision LZ-DEMO: approved. Nobody in it exists."))
    for number, (item_number, papers) in enumerate(APPLICATIONS, start=1):
        item = catalogue["items"][item_number - 1]
        form = _write_application(folder / "applications", number, item, papers, villages)
        if number == 1:
            _write_json(folder / "form.json", form)


def _roster() -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "name", "role", "parent"))
    with (SOURCES / "divisions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            writer.writerow((row["code"], row["name"], ROLES[row["level"]], row["parent"]))
    return out.getvalue()


def _write_application(
    folder: Path, number: int, item: Json, papers: int, villages: tuple[Place, ...]
) -> Json:
    """One application and its scans; its form."""
    rng = Random(f"longzhou {number}")  # of its own, so that one change moves one file
    form = make_form(item, make_person(rng, villages), rng)
    attachments = {}
    for paper, material in enumerate(attached_ids(item, papers)):
        scan, suffix = ((scan_png, "png"), (scan_jpeg, "jpg"))[paper % 2]
        name = f"scans/{number:02}-{material}.{suffix}"
        (folder / name).write_bytes(scan(rng))
        attachments[material] = name
    application = {"item": item["id"], "form": form, "attachments": attachments}
    _write_json(folder / f"{number:02}.json", application)
    return form


def _write_json(path: Path, value: Json) -> None:
    _write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _pdf(line: str) -> bytes:
    """Return a PDF of one page with ``line`` (ASCII, no brackets). Source: ISO 32000-1, 7.5."""
    text = f"BT /F1 18 Tf 60 760 Td ({line}) Tj ET".encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    )
    body, table = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", b"0000000000 65535 f \n"
    for number, content in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return b"%sxref\n0 %d\n%s%s" % (body, size, table, trailer)


def main(argv: Sequence[str]) -> None:
    """Build into the folder given, or in place."""
    make(Path(argv[0]) if argv else HOME)


if __name__ == "__main__":
    main(sys.argv[1:])
