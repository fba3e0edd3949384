"""Requests to join on a stick: bounded, one answer for one request, never through a link."""

import os
from pathlib import Path

import pytest

from protocol.errors import (
    JoinOnStickError,
    SignatureError,
    StickError,
    StickHostileError,
    TooLargeError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES, MAX_JOIN_BYTES, MAX_STICK_JOINS
from protocol.trust.enrolment import JoinParcel, JoinVerdict, sealed_hash
from runtime.sticks.joins import JoinFolder, JoinName
from tests.builders.envelopes import STATION

NAME = JoinName.of(STATION, bytes(range(32)))
OTHER = JoinName.of(STATION, bytes(32))


@pytest.fixture
def stick(tmp_path: Path) -> JoinFolder:
    return JoinFolder.on_stick(tmp_path)


def place(tmp_path: Path) -> Path:
    return tmp_path / "yizhan" / "join"


def verdict(data: bytes) -> JoinVerdict:
    """Answers that are right begin with "right"; what follows is why it is refused, or nothing."""
    if not data.startswith(b"right"):
        raise SignatureError("junk")
    code = data[5:].decode()
    return JoinVerdict(
        about=bytes(32), sealed=bytes(32), node=STATION, code=code, answer=b"" if code else b"a"
    )


def test_a_request_waits_for_its_answer(stick: JoinFolder) -> None:
    assert stick.asks() == stick.answers() == set()
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel", verdict)
    assert stick.asks() == {NAME}
    assert stick.ask(NAME) == b"parcel"
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"another parcel", verdict)
    assert stick.ask(NAME) == b"another parcel"
    stick.put_answer(NAME, b"right")
    assert (stick.asks(), stick.answers()) == ({NAME}, {NAME})
    assert stick.exchange(NAME, b"parcel", verdict).answer == b"a"
    assert stick.answers() == {NAME}  # if the power goes now, it is there again


def test_an_answer_is_for_one_request_only(stick: JoinFolder) -> None:
    stick.put_answer(OTHER, b"right")
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel", verdict)


def test_a_refusal_is_told_once_and_then_asked_anew(stick: JoinFolder) -> None:
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel", verdict)
    stick.put_answer(NAME, b"rightcode.wrong")
    assert stick.exchange(NAME, b"parcel", verdict).code == "code.wrong"
    with pytest.raises(JoinOnStickError):
        stick.exchange(NAME, b"parcel", verdict)
    assert stick.asks() == {NAME}


def test_junk_in_place_of_an_answer_is_none_and_is_gone(stick: JoinFolder, tmp_path: Path) -> None:
    for junk in (b"", b"junk", bytes(MAX_JOIN_ANSWER_BYTES + 1)):
        path = place(tmp_path) / f"{NAME.stem}.reply"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(junk)
        with pytest.raises(JoinOnStickError):
            stick.exchange(NAME, b"parcel", verdict)
        assert (stick.asks(), stick.answers()) == ({NAME}, set())
        assert stick.ask(NAME) == b"parcel"


def test_requests_have_an_order(stick: JoinFolder, tmp_path: Path) -> None:
    for at, name in enumerate((OTHER, NAME)):
        stick.put_ask(name, b"parcel")
        os.utime(place(tmp_path) / f"{name.stem}.ask", ns=(at, at))
    assert stick.by_age() == [OTHER, NAME]


def test_what_is_carried_is_named_by_what_is_in_it() -> None:
    parcel = JoinParcel(node=STATION, sealed=b"sealed", ticket=b"")
    assert NAME.node == STATION
    assert JoinName.carried(parcel) == JoinName.of(STATION, sealed_hash(parcel))


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
        linked.asks()
    with pytest.raises(StickHostileError):
        linked.put_ask(NAME, b"parcel")
    assert list(elsewhere.iterdir()) == []


def test_names_that_are_none_are_passed_over(stick: JoinFolder, tmp_path: Path) -> None:
    stick.put_ask(NAME, b"parcel")
    for name in ("x.ask", "../x.ask", f"{NAME.stem}.exe", f"{NAME.stem.upper()}x.ask"):
        (place(tmp_path) / name.replace("/", "_")).write_bytes(b"")
    assert stick.asks() == {NAME}


def test_a_million_files_are_not_looked_at(stick: JoinFolder, tmp_path: Path) -> None:
    place(tmp_path).mkdir(parents=True)
    for at in range(3 * MAX_STICK_JOINS + 1):
        (place(tmp_path) / str(at)).touch()
    with pytest.raises(StickHostileError):
        stick.asks()


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
