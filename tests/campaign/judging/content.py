"""What the county holds and the clerk is shown, word by word and byte by byte.

Everything that is handed in or decided here differs from everything else, so that two swapped,
cut or forgotten contents show, whatever ids and states say.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocol.envelope.blob import open_chunks
from protocol.envelope.payloads import Outcome
from tests.builders.clerk import result_of, status_of
from tests.campaign.judging.promises import Breach, Promise
from tests.campaign.judging.truth import HeldFile
from tests.campaign.nodes import Pc
from tests.campaign.papers import Decided, Paper

if TYPE_CHECKING:
    from tests.campaign.world import World

_LONG = 4_500  # characters: more than any short column
_LONG_EVERY, _FILE_EVERY = 4, 3
_OUTCOMES = (Outcome.APPROVED, Outcome.REFUSED, Outcome.CORRECTION)


def paper_for(mark: str, application: str, size: int) -> Paper:
    """What the clerk fills in; every fourth form is long. The same again for the same draft."""
    name = f"{mark}{application[:6]}"
    if int(application[:4], 16) % _LONG_EVERY == 0:
        name += "长" * _LONG
    form = json.dumps({"name": name, "age": 16 + int(application[4:6], 16)}, ensure_ascii=False)
    return Paper(form=form, file=bytes_for(mark, application, size))


def bytes_for(mark: str, name: str, size: int) -> bytes:
    """The file of whatever has this id; no two are alike."""
    file = mark.encode() + hashlib.shake_256(f"{name} {size}".encode()).digest(size)
    return file[:size]


def decision_for(mark: str, number: int) -> Decided:
    """The ``number``-th decision of all; two in three take a file along."""
    file = hashlib.shake_256(f"decision {number}".encode()).digest(100 + 997 * number % 9_000)
    return Decided(
        outcome=_OUTCOMES[number % len(_OUTCOMES)],
        note=f"{mark}第 {number} 号决定",
        file=mark.encode() + file if number % _FILE_EVERY else b"",
    )


def wrong_at_county(world: "World") -> Iterator[Breach]:
    """Each case has the form and the files of its own application, and its own decision."""
    disk, book = world.county.disk, world.book
    for case in disk.cases():
        facts = book.applications.get(case.application)
        if facts is None:
            continue
        files = disk.files_of(case)
        if json.loads(case.form) not in [json.loads(paper.form) for paper in facts.papers]:
            yield Breach(Promise.CONTENT, f"{facts.name} has another form")
        digests = {hashlib.sha256(paper.file).digest() for paper in facts.papers if paper.file}
        for file in files:
            if file.sha256 not in digests:
                yield Breach(Promise.CONTENT, f"{facts.name} has a file of another")
            elif case.complete and plain_of(world, file) not in {p.file for p in facts.papers}:
                yield Breach(Promise.CONTENT, f"a file of {facts.name} is not what was handed in")
        if case.complete and not files and all(paper.file for paper in facts.papers):
            yield Breach(Promise.CONTENT, f"{facts.name} is complete without its file")
        if case.note is not None and case.note not in facts.decisions:
            yield Breach(Promise.CONTENT, f"{facts.name} was decided by another's words")
        elif case.note is not None and facts.decisions[case.note].outcome.value != case.outcome:
            yield Breach(Promise.CONTENT, f"{facts.name} has another outcome")


def plain_of(world: "World", file: HeldFile) -> bytes:
    """What the county has of a file; empty if it has nothing."""
    path = world.county.disk.blob_path(file.blob)
    return b"".join(open_chunks(file.key, [path.read_bytes()])) if path else b""


async def wrong_at_clerk(world: "World", pc: Pc, *, whole: bool) -> list[Breach]:
    """What ``pc`` shows of decisions is what was decided about these very applications.

    Args:
        whole: also that the decision which the county has now is shown, with its file.
    """
    wrong = []
    cases = {(case.station, case.application): case for case in world.county.disk.cases()}
    for shown in (await status_of(pc.station))["applications"]:
        facts = world.book.applications.get(shown["application"])
        if facts is None or shown["result"] is None or "note" not in shown["result"]:
            continue
        decided = facts.decisions.get(shown["result"]["note"])
        case = cases.get((pc.node, shown["application"]))
        if decided is None or decided.outcome.value != shown["result"]["outcome"]:
            wrong.append(
                Breach(Promise.CONTENT, f"{pc.name} shows {facts.name} another's decision")
            )
        elif whole and case is not None and case.note is not None and case.note != decided.note:
            wrong.append(
                Breach(Promise.CONTENT, f"{pc.name} shows an old decision of {facts.name}")
            )
        else:
            now = whole and case is not None and case.note == decided.note
            wrong += await _wrong_files(world, pc, shown, decided, must_be_here=now)
    return wrong


async def _wrong_files(
    world: "World", pc: Pc, shown: dict[str, Any], decided: Decided, *, must_be_here: bool
) -> list[Breach]:
    folder = world.new_name("desk")
    found = await result_of(pc.station, shown["application"], folder, None)
    files = [file["file"] for file in found["result"].get("attachments", ())]
    contents = [Path(file).read_bytes() for file in files if file]
    if any(content != decided.file for content in contents):
        return [Breach(Promise.CONTENT, f"{pc.name} wrote another file than was decided")]
    if must_be_here and contents != ([decided.file] if decided.file else []):
        return [Breach(Promise.CONTENT, f"{pc.name} lacks the file of a decision")]
    return []
