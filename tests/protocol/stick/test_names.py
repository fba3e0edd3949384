"""Bags on a stick: names that any file system keeps, and manifests that only their packer signs."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack
from protocol.errors import (
    DigestError,
    DiskFullError,
    Fault,
    MalformedError,
    PeerError,
    SignatureError,
    StickError,
    StickFullError,
    TooLargeError,
    from_code,
)
from protocol.exchange.messages import EditionNews
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import (
    MAX_EDITION_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FILE_BYTES,
    MAX_FRAME_BYTES,
    MAX_STICK_LISTS,
    STICK_LIST_FILES,
)
from protocol.stick.names import (
    BagHead,
    BagName,
    FileKind,
    ItemName,
    Listed,
    is_list,
    is_shelf,
    list_name,
    pack_edition,
    pack_head,
    pack_list,
    read_edition,
    read_head,
    read_list,
)
from protocol.trust.edition import Kind
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.strategies import flipped

BAG = BagName(STATION, COUNTY)
SIGNER = keys_of(STATION).signer
PUBLIC = SIGNER.public_bytes()
FAT_FORBIDDEN = re.compile(r'["*/:<>?\\|+,;=\[\]\x00-\x1f\x7f ]|\.$')

nodes = st.binary(min_size=8, max_size=8).map(lambda data: NodeId(data.hex()))
keys = st.binary(min_size=32, max_size=32)


def make_head(**changed: object) -> bytes:
    facts = {"made_ms": 1_790_000_000_000, "files": 1, "size": 700, "lists": [b"l" * 32]}
    return pack_head(SIGNER, BAG, **(facts | changed))  # type: ignore[arg-type]


# names


def named(kind: FileKind, key: bytes) -> ItemName:
    blob = BlobRef(NodeId("f" * 16), BlobId(key))
    return ItemName.of_blob(blob) if kind is FileKind.BLOB else ItemName(kind, key)


@given(nodes, st.none() | nodes)
def test_a_bag_is_found_again_by_its_folder(origin: NodeId, to: NodeId | None) -> None:
    bag = BagName(origin, to)
    assert BagName.parse(str(bag)) == bag


@given(st.sampled_from(FileKind), keys)
def test_a_file_is_found_again_by_its_name(kind: FileKind, key: bytes) -> None:
    item = named(kind, key)
    shelf, name = str(item).split("/")
    assert is_shelf(shelf)
    assert ItemName.parse(shelf, name) == item


@given(nodes, nodes, st.sampled_from(FileKind), keys)
def test_fat32_keeps_every_name(origin: NodeId, to: NodeId, kind: FileKind, key: bytes) -> None:
    """No forbidden character, nothing that only its case tells apart, well below 255 units."""
    bag, item = str(BagName(origin, to)), str(named(kind, key))
    for part in (bag, *item.split("/"), list_name(key), "bag.sig"):
        assert not FAT_FORBIDDEN.search(part)
        assert part == part.lower()
        assert len(part) < 90


def test_names_in_capitals_are_read_all_the_same() -> None:
    """Short names may come back in capitals from an old file system."""
    item = named(FileKind.BLOB, b"\xab" * 32)
    shelf, name = str(item).upper().split("/")
    assert ItemName.parse(shelf, name) == item
    assert is_shelf("AB")
    assert BagName.parse(str(BAG).upper()) == BAG


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        f"{STATION}-",
        f"{STATION}-{COUNTY}x",
        f"{STATION}-{COUNTY}/..",
        f"{STATION}-{COUNTY}\n",
        f"../{STATION}-{COUNTY}",
        f"{STATION}-every",
        f"{STATION}-{COUNTY[:-1]}g",
    ],
)
def test_other_folders_are_no_bags(name: str) -> None:
    assert BagName.parse(name) is None


@pytest.mark.parametrize(
    ("shelf", "name"),
    [
        ("ab", "ab" * 32),
        ("ab", "ab" * 32 + ".exe"),
        ("ab", "ab" * 32 + ".env\n"),
        ("ab", "ab" * 31 + ".env"),
        ("ab", "ab" * 32 + ".blb"),  # whose is it?
        ("ab", "ab" * 32 + f"-{STATION}.env"),
        ("ab", "ab" * 32 + f"-{STATION[:-1]}.blb"),
        ("ab", "ab" * 32 + "-.blb"),
        ("cd", "ab" * 32 + ".env"),
        ("ab", "../" + "ab" * 32 + ".env"),
        ("..", "ab" * 32 + ".env"),
        ("ab", "ab" * 31 + "\uff10\uff10.env"),  # digits, but not ASCII ones
    ],
)
def test_other_files_are_no_items(shelf: str, name: str) -> None:
    assert ItemName.parse(shelf, name) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_leads_out_of_the_bag(shelf: str, name: str) -> None:
    item = ItemName.parse(shelf, name)
    assert item is None or re.fullmatch(
        r"[0-9a-f]{2}/[0-9a-f]{64}(-[0-9a-f]{16})?\.(env|blb|edn)", str(item)
    )


def test_lists_are_known_by_their_names() -> None:
    assert is_list(list_name(b"content"))
    assert not is_list("bag.sig")
    assert not is_list("ab" * 32 + ".env")


# manifests


def test_a_manifest_tells_who_packed_what() -> None:
    head = read_head(make_head(), PUBLIC, BAG)
    assert (head.origin.hex(), head.to.hex()) == (STATION, COUNTY)
    assert (head.files, head.size, head.lists) == (1, 700, (b"l" * 32,))


def test_a_bag_for_everybody_names_nobody() -> None:
    bag = BagName(COUNTY, None)
    signer = keys_of(COUNTY).signer
    data = pack_head(signer, bag, made_ms=1, files=0, size=0, lists=[])
    assert read_head(data, signer.public_bytes(), bag).to == b""


def test_the_manifest_of_one_bag_does_not_fit_another() -> None:
    with pytest.raises(MalformedError):
        read_head(make_head(), PUBLIC, BagName(STATION, HUB))
    with pytest.raises(MalformedError):
        read_head(make_head(), PUBLIC, BagName(STATION, None))


def test_nobody_else_can_sign_a_manifest() -> None:
    with pytest.raises(SignatureError):
        read_head(make_head(), keys_of(HUB).signer.public_bytes(), BAG)


@given(st.integers(0, 10_000))
def test_a_manifest_changed_in_any_bit_is_refused(at: int) -> None:
    with pytest.raises(PeerError):
        read_head(flipped(make_head(), at), PUBLIC, BAG)


@pytest.mark.parametrize(
    "changed",
    [
        {"files": -1},
        {"size": 2**53},
        {"made_ms": -1},
        {"lists": [b"short"]},
        {"lists": [b"l" * 32] * (MAX_STICK_LISTS + 1)},
    ],
)
def test_a_manifest_that_no_export_writes_is_refused(changed: dict[str, object]) -> None:
    good = read_head(make_head(), PUBLIC, BAG)
    facts = {name: getattr(good, name) for name in good.__struct_fields__}
    with pytest.raises(ValueError, match="bag"):
        BagHead(**(facts | changed))


@pytest.mark.parametrize("changed", [{"version": 2}, {"origin": b"short"}, {"to": b"short"}])
def test_a_manifest_of_another_form_is_refused(changed: dict[str, object]) -> None:
    good = read_head(make_head(), PUBLIC, BAG)
    facts = {name: getattr(good, name) for name in good.__struct_fields__}
    with pytest.raises(ValueError, match="bag"):
        BagHead(**(facts | changed))


def test_the_largest_manifest_fits_into_its_limit() -> None:
    largest = make_head(lists=[b"l" * 32] * MAX_STICK_LISTS)
    assert len(largest) < MAX_FRAME_BYTES
    assert len(read_head(largest, PUBLIC, BAG).lists) == MAX_STICK_LISTS


def test_a_list_comes_back_and_is_bound_by_its_hash() -> None:
    files = [Listed(str(ItemName(FileKind.ENVELOPE, b"%032d" % n)), n) for n in range(3)]
    data = pack_list(files)
    digest = hashlib.sha256(data).digest()
    assert list(read_list(data, digest)) == files
    with pytest.raises(DigestError):
        read_list(data + b"\0", digest)


def test_the_longest_list_fits_into_its_limit() -> None:
    longest = str(named(FileKind.BLOB, b"\xff" * 32))
    data = pack_list([Listed(longest, MAX_FILE_BYTES)] * STICK_LIST_FILES)
    assert len(data) < MAX_FRAME_BYTES
    assert len(read_list(data, hashlib.sha256(data).digest())) == STICK_LIST_FILES


def test_a_longer_list_is_refused() -> None:
    data = pack_list([Listed("x", 1)] * (STICK_LIST_FILES + 1))
    with pytest.raises(TooLargeError):
        read_list(data, hashlib.sha256(data).digest())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "/etc/passwd",
        "../../etc/passwd",
        "ab/../" + "ab" * 32 + ".env",
        "AB/" + "AB" * 32 + ".env",
        "ab/" + "ab" * 32 + ".env/x",
    ],
)
def test_a_list_cannot_name_a_file_elsewhere(name: str) -> None:
    with pytest.raises(MalformedError):
        Listed(name, 1).item()


# editions


def make_news(body: bytes = b"", **changed: object) -> EditionNews:
    facts = {"kind": Kind.RELEASE, "version": 3, "base": 0, "proof": b"proof", "body": body}
    return EditionNews(**(facts | changed))  # type: ignore[arg-type]


def test_an_edition_travels_with_its_whole_body() -> None:
    body = b"b" * 300_000  # over a line it would come in parts
    news = make_news(blob=b"d" * 32, size=len(body))
    assert read_edition(pack_edition(news, body)) == make_news(body)


def test_changes_from_another_version_do_not_travel_by_stick() -> None:
    with pytest.raises(MalformedError):
        read_edition(pack_edition(make_news(b"body", base=2), b"body"))


def test_an_edition_without_its_body_is_refused() -> None:
    with pytest.raises(MalformedError):
        read_edition(pack(make_news(blob=b"d" * 32, size=5)))


@given(st.binary(max_size=300))
def test_any_other_bytes_are_no_edition(data: bytes) -> None:
    with pytest.raises(PeerError):
        read_edition(data)


# limits and errors


def test_no_file_may_be_longer_than_what_it_holds() -> None:
    assert FileKind.ENVELOPE.max_bytes == MAX_ENVELOPE_BYTES
    assert FileKind.BLOB.max_bytes > MAX_FILE_BYTES
    assert FileKind.BLOB.max_bytes < 2**32  # FAT32
    assert FileKind.EDITION.max_bytes > MAX_EDITION_BYTES


@pytest.mark.parametrize("kind", [StickError, *StickError.__subclasses__(), StickFullError])
def test_what_is_wrong_with_a_stick_is_said_in_chinese_with_a_code(
    kind: type[StickError | StickFullError],
) -> None:
    assert re.fullmatch(r"stick(\.[a-z-]+)?", kind.code)
    assert re.search("[\u4e00-\u9fff]", kind.zh)
    assert kind.fault is Fault.OPERATOR
    assert kind.exit_code == 3
    assert type(from_code(kind.code, "")) is kind


def test_a_full_stick_is_a_full_disk() -> None:
    assert issubclass(StickFullError, DiskFullError)
