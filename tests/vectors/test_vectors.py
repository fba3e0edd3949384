"""The bytes that nodes in the field hold are still read, and still written, as they were."""

import ast
import hashlib
from importlib import resources
from pathlib import Path

import msgpack
import pytest
from cryptography.exceptions import InvalidTag

from protocol.envelope.suites import SuiteNumber
from protocol.errors import YizhanError
from protocol.exchange.messages import KINDS
from tests.vectors import second
from tests.vectors.make import CHECK, MAKE, write_missing
from tests.vectors.plain import GOLDEN, Vector, changed, read, write

NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))
ENVELOPES = [name for name in NAMES if name.startswith("envelope-")]


def golden(name: str) -> Vector:
    return read(GOLDEN / f"{name}.json")


def holds(vector: Vector) -> bool:
    try:
        CHECK[vector["kind"]](vector)
    except (AssertionError, YizhanError, ValueError, LookupError):
        return False
    return True


def test_every_vector_that_can_be_made_is_there() -> None:
    assert set(MAKE) == set(NAMES)


def test_every_message_suite_and_kind_of_vector_is_covered() -> None:
    vectors = [golden(name) for name in NAMES]
    assert {v["kind"] for v in vectors} == set(CHECK)
    assert {v["type"] for v in vectors if v["kind"] == "frame"} == set(KINDS)
    suites = {v["header"]["s"] for v in vectors if v["kind"] == "envelope"}
    assert suites == {int(suite) for suite in SuiteNumber}


@pytest.mark.parametrize("name", NAMES)
def test_vector_is_read_and_written_as_recorded(name: str) -> None:
    vector = golden(name)
    CHECK[vector["kind"]](vector)


@pytest.mark.parametrize("name", NAMES)
def test_no_value_in_a_vector_can_change_unnoticed(name: str) -> None:
    vector = golden(name)
    kind = vector.pop("kind")
    others = list(changed(vector))
    assert others
    kept = [other for other in others if holds({"kind": kind, **other})]
    assert not kept


def test_making_writes_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "join.json").write_text("from the field", "utf-8")
    written = write_missing(tmp_path)
    assert set(written) == set(MAKE) - {"join"}
    assert (tmp_path / "join.json").read_text("utf-8") == "from the field"
    for name in written:
        vector = read(tmp_path / f"{name}.json")
        CHECK[vector["kind"]](vector)
    assert write_missing(tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_files_are_written_in_one_way_only(name: str, tmp_path: Path) -> None:
    write(tmp_path / "again.json", golden(name))
    assert (tmp_path / "again.json").read_bytes() == (GOLDEN / f"{name}.json").read_bytes()


def dictionary() -> bytes:
    return resources.files("protocol").joinpath("dictionary.zdict").read_bytes()


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_second_implementation_opens_the_envelope(name: str) -> None:
    vector = golden(name)
    opened = second.open_wire(
        vector["wire"], vector["origin_public"], vector["recipient_secret"], dictionary()
    )
    assert opened.id == vector["id"]
    assert opened.header == vector["header"]
    assert opened.payload == vector["payload"]
    assert opened.values == msgpack.unpackb(vector["payload"])
    assert opened.header["k"] == hashlib.sha256(vector["recipient_public"]).digest()[:8]


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_second_implementation_refuses_another_recipients_key(name: str) -> None:
    vector = golden(name)
    other = bytes(b ^ 0x10 for b in vector["recipient_secret"])
    with pytest.raises(InvalidTag):
        second.open_wire(vector["wire"], vector["origin_public"], other, dictionary())


def test_the_second_implementation_uses_nothing_of_the_first() -> None:
    tree = ast.parse(Path(second.__file__).read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {
        "backports",
        "compression",
        "cryptography",
        "dataclasses",
        "hashlib",
        "hmac",
        "msgpack",
        "sys",
        "typing",
    }
