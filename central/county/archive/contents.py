"""The files of a package: what is made of a case, and where its papers go.

Source: docs/archive.md, "What is in it".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from central.county.archive.gathering import Gathered
from central.county.archive.readable import readable_page
from central.county.archive.words import MADE, PAPER
from central.county.casework.calls import FileState
from central.county.casework.files.whole import WholeFile
from central.county.casework.reading import APPLICATION, DOCUMENT
from central.county.flows.exchange import TABLES
from protocol.archive.log import log_bytes
from protocol.archive.manifest import EVENTS, json_bytes
from protocol.json_values import to_json

_ENDING = re.compile(r"\.([a-z0-9]{1,8})$", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that somebody handed in or the county sent, and its place in the package."""

    path: str
    title: str
    file: WholeFile


def papers_of(gathered: Gathered) -> list[Paper]:
    """Every file that is here and whole, in the order in which it stands with its case."""
    counts: dict[str, int] = {}
    found = list[Paper]()
    for file in gathered.whole.files:
        place = counts[file.of] = counts.get(file.of, 0) + 1
        if file.state is not FileState.WHOLE or not any(file.key):
            continue
        path = f"{_folder(file.of)}/{place:02d}{_ending(file.name)}"
        found.append(Paper(path=path, title=_title(gathered, file), file=file))
    return found


def made_of(gathered: Gathered, record: tuple[str, ...]) -> dict[str, bytes]:
    """Every file that is made of what the county knows, by its path.

    Args:
        record: entries of the audit record about this case, as they are hashed.
    """
    whole = gathered.whole
    papers = papers_of(gathered)
    return {
        "readme.txt": MADE["readme.txt"].text.encode(),
        "readable.html": readable_page(gathered, [(one.path, one.title) for one in papers]),
        "form.json": whole.form.encode(),
        "case.json": json_bytes(_facts(gathered, papers)),
        EVENTS: log_bytes(gathered.logged.events),
        "documents.json": json_bytes(_timeless(gathered)),
        "fee.json": json_bytes(to_json(gathered.fee)),
        "supervision.json": json_bytes(to_json(list(gathered.cards))),
        "national.json": json_bytes(_national(gathered)),
        "audit.jsonl": "".join(f"{one}\n" for one in record).encode(),
        **dict(_rules(gathered)),
    }


def title_of(path: str) -> str:
    """Of a file that is made."""
    known = MADE.get(path)
    return known.title if known else MADE["rules"].title


def _facts(gathered: Gathered, papers: list[Paper]) -> Mapping[str, object]:
    """The case without its form, which lies beside it as it was sealed; each file with its path."""
    found = gathered.whole.found
    facts = to_json(found.case)
    for made in ("form", "state"):
        del facts[made]
    at = {(one.file.of, one.file.sha256, one.file.name): one.path for one in papers}
    files = [
        {
            "of": one.of,
            "material": one.material,
            "material_name": found.materials.get(one.material, ""),
            "name": one.name,
            "bytes": one.size,
            "sha256": one.sha256.hex(),
            "state": one.state.value,
            "path": at.get((one.of, one.sha256, one.name), ""),
        }
        for one in gathered.whole.files
    ]
    return {
        **facts,
        "state": gathered.logged.status.state.value,
        "envelope": gathered.whole.envelope.hex(),
        "carried": to_json(list(found.carried)),
        "answered_by": list(found.answered_by),
        "release": gathered.whole.release,
        "files": files,
    }


def _timeless(gathered: Gathered) -> list[object]:
    """Documents without what depends on the day on which somebody looks."""
    return [to_json(replace(one, due="", late="")) for one in gathered.documents]


def _national(gathered: Gathered) -> Mapping[str, object]:
    return {name: [dict(row) for row in rows(gathered.exchanged)] for name, rows in TABLES.items()}


def _rules(gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    """The item as it stood in each release that counted, and what that release was."""
    code = gathered.whole.found.case.item
    for number, edition in gathered.releases.items():
        about = {
            "release": number,
            "digest": edition.head.digest.hex(),
            "created_ms": edition.head.created_ms,
            "item": code,
        }
        yield f"rules/release-{number}.json", json_bytes(about)
        if entry := edition.entries.get(code):
            yield f"rules/item-{number}.json", entry


def _folder(of: str) -> str:
    if of == APPLICATION:
        return "papers"
    return f"documents/{of.removeprefix(DOCUMENT)}" if of.startswith(DOCUMENT) else _other(of)


def _other(of: str) -> str:
    return of if of in PAPER else f"followed/{of}"


def _ending(name: str) -> str:
    """Of the name that somebody gave a file, as far as it can harm nothing."""
    found = _ENDING.search(name)
    return f".{found[1].lower()}" if found else ""


def _title(gathered: Gathered, file: WholeFile) -> str:
    material = gathered.whole.found.materials.get(file.material, file.material)
    return "：".join(filter(None, (material, file.name)))
