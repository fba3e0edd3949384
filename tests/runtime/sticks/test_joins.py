"""Requests to join on a stick: bounded, one answer for one request, never through a link."""

import os
from pathlib import Path

import pytest

from protocol.errors import (
    CodeWrongError,
    JoinOnStickError,
    StickError,
    StickHostileError,
    TooLargeError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_BYTES, MAX_STICK_JOINS
from protocol.refusal import refusal_bytes, refusal_of
from runtime.sticks.joins import JoinFolder, JoinName
from tests.builders.envelopes import STATION, keys_of

NAME = JoinName.of(STATION, bytes(range(32)))
OTHER = JoinName.of(STATION, bytes(32))


@pytest.fixture
def stick(tmp_path: Path) -> JoinFolder:
    return JoinFolder.on_stick(tmp_path)


def place(tmp_path: Path) -> Path:
    return tmp_path / "yizhan" / "join"


def refusal() -> bytes:
    return refusal_bytes(
        keys_of(STATION).signer, refusal_of(CodeWrongError("x"), node=STATION, at_ms=1)
    )


def test_a_request_waits_for_its_answer(stick: JoinFolder) -> None:
    assert stick.asked() == stick.answered() == []
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel")
    assert stick.asked() == [NAME]
    assert stick.ask(NAME) == b"parcel"
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"another parcel")
    assert stick.ask(NAME) == b"another parcel"
    stick.put_answer(NAME, b"answer")
    assert (stick.asked(), stick.answered()) == ([], [NAME])
    assert stick.exchange(NAME, b"parcel") == b"answer"


def test_an_answer_is_for_one_request_only(stick: JoinFolder) -> None:
    stick.put_answer(OTHER, b"answer to older keys")
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel")


def test_a_refusal_is_told_once_and_then_asked_anew(stick: JoinFolder) -> None:
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel")
    stick.put_refusal(NAME, refusal())
    with pytest.raises(CodeWrongError):
        stick.exchange(NAME, b"parcel")
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel")
    assert stick.asked() == [NAME]


def test_an_answer_is_handed_on_as_it_is(stick: JoinFolder, tmp_path: Path) -> None:
    stick.put_refusal(NAME, refusal())
    stick.put_answer(OTHER, b"yes")
    kept = JoinFolder(tmp_path / "kept")
    for name in stick.answered():
        stick.copy_answer(name, kept)
    assert kept.answered() == sorted([NAME, OTHER])
    assert kept.exchange(OTHER, b"") == b"yes"
    with pytest.raises(CodeWrongError):
        kept.exchange(NAME, b"")


def test_what_is_too_long_is_not_read(stick: JoinFolder, tmp_path: Path) -> None:
    stick.put_ask(NAME, b"parcel")
    (place(tmp_path) / f"{NAME.stem}.ask").write_bytes(bytes(MAX_JOIN_BYTES + 1))
    with pytest.raises(TooLargeError):
        stick.ask(NAME)


def test_a_link_is_not_followed(stick: JoinFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    place(tmp_path).mkdir(parents=True)
    (place(tmp_path) / f"{NAME.stem}.ask").symlink_to(secret)
    with pytest.raises(StickError):
        stick.ask(NAME)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    linked = JoinFolder(tmp_path / "linked")
    (tmp_path / "linked").symlink_to(elsewhere)
    with pytest.raises(StickHostileError):
        linked.asked()
    with pytest.raises(StickHostileError):
        linked.put_ask(NAME, b"parcel")
    assert list(elsewhere.iterdir()) == []


def test_names_that_are_none_are_passed_over(stick: JoinFolder, tmp_path: Path) -> None:
    stick.put_ask(NAME, b"parcel")
    for name in ("x.ask", "../x.ask", f"{NAME.stem}.exe", f"{NAME.stem.upper()}x.ask"):
        (place(tmp_path) / name.replace("/", "_")).write_bytes(b"")
    assert stick.asked() == [NAME]


def test_a_million_files_are_not_looked_at(stick: JoinFolder, tmp_path: Path) -> None:
    place(tmp_path).mkdir(parents=True)
    for at in range(3 * MAX_STICK_JOINS + 1):
        (place(tmp_path) / str(at)).touch()
    with pytest.raises(StickHostileError):
        stick.asked()


def test_a_file_is_whole_or_not_there(
    stick: JoinFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick.put_ask(NAME, b"first")

    def pulled_out(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", pulled_out)
    with pytest.raises(StickError):
        stick.put_ask(NAME, b"second")
    monkeypatch.undo()
    assert stick.ask(NAME) == b"first"
    assert [entry.name for entry in place(tmp_path).iterdir()] == [f"{NAME.stem}.ask"]


def test_a_name_says_whose_request_it_is() -> None:
    node = NodeId("00000000000000ff")
    assert JoinName.of(node, b"\x01" * 32).stem == "00000000000000ff-0101010101010101"
