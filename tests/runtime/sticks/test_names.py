"""A stick whose names another system wrote in capitals, and folders named one level too deep."""

import random
from pathlib import Path

import pytest

from protocol.stick.names import FOLDER
from tests.builders.envelopes import COUNTY, make_header, seal
from tests.builders.lines.sticks import MemorySink, Queue, bring, export

LETTERS = [seal(b"letter %d" % seq, make_header(seq=seq, to=COUNTY)) for seq in range(1, 6)]


def queue() -> Queue:
    made = Queue(name="station")
    made.add(*LETTERS)
    return made


def renamed(folder: Path, names: str) -> None:
    """Everything below ``folder`` as another system writes it."""
    chance = random.Random(7)
    for path in sorted(folder.rglob("*"), key=lambda path: -len(path.parts)):
        mixed = "".join(chance.choice((char, char.upper())) for char in path.name)
        if names == "mixed" or path.is_file() or names == "capitals":
            path.rename(path.with_name(mixed if names == "mixed" else path.name.upper()))


@pytest.mark.parametrize("names", ["capitals", "capital files", "mixed"])
async def test_capitals_are_taken_and_nothing_is_missed(tmp_path: Path, names: str) -> None:
    await export(tmp_path, queue())
    renamed(tmp_path, names)
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.refused) == (len(LETTERS), {})
    assert sorted(sink.envelopes) == sorted(letter.id for letter in LETTERS)


@pytest.mark.parametrize("name", [FOLDER, FOLDER.upper()])
@pytest.mark.parametrize("out", ["root", "folder"])
@pytest.mark.parametrize("back", ["root", "folder"])
async def test_the_root_of_a_stick_and_its_folder_mean_the_same(
    tmp_path: Path, name: str, out: str, back: str
) -> None:
    (tmp_path / name).mkdir()
    places = {"root": tmp_path, "folder": tmp_path / name}
    await export(places[out], queue())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (await bring(places[back], MemorySink())).envelopes == len(LETTERS)
