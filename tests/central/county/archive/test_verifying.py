"""Whatever somebody does to a package, an auditor is told exactly that."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from central.commands.county import cli
from central.county.archive.verifying.report import FAULTS, Verified
from central.county.archive.verifying.verify import verify_package
from protocol.archive.manifest import (
    CHAIN,
    EVENTS,
    MANIFEST,
    PROOF,
    ROOT,
    SIGNATURE,
    Listed,
    json_bytes,
    manifest_bytes,
    read_manifest,
)
from protocol.archive.proof import ArchiveKey, sign_manifest, vouch
from protocol.archive.zipped import Member, written
from protocol.codec import altered
from protocol.envelope.keys import Context, SoftwareSigner, sign_record
from protocol.errors import FileUnreadableError
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Delegation
from runtime.cli.program import run_program
from tests.central.county.archive.scene import Filing

Files = dict[str, bytes]


@dataclass
class Forger:
    """Somebody who has a package and tools."""

    good: bytes
    root: str  # its true fingerprint
    folder: Path

    @property
    def files(self) -> Files:
        path = self.folder / "good.zip"
        path.write_bytes(self.good)
        with ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}

    def write(self, data: bytes) -> Path:
        path = self.folder / "given.zip"
        path.write_bytes(data)
        return path

    def pack(self, files: Files, order: Iterable[str] = ()) -> Path:
        """As the county would have packed these files."""
        rest = sorted(name for name in files if name not in PROOF)
        names = [*order] or [*(name for name in PROOF if name in files), *rest]
        members = [
            (Member(path=name, size=len(files[name]), crc=zlib.crc32(files[name])), [files[name]])
            for name in names
        ]
        return self.write(b"".join(written(members)))

    def with_list(self, files: Files) -> Files:
        """The list says what lies there now; its signature is the old one."""
        old = read_manifest(files[MANIFEST])
        listed = tuple(
            Listed(path=path, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            for path, data in sorted(files.items())
            if path not in PROOF
        )
        return {**files, MANIFEST: manifest_bytes(altered(old, files=listed))}

    def signed_by(self, files: Files, county: bytes, name: str) -> Files:
        """Another county signs it, with a chain and a root of its own."""
        root, registrar, own = (SoftwareSigner(bytes([n]) * 32) for n in (7, 8, 9))
        said = Delegation(number=1, registrar=registrar.public_bytes(), created_ms=1)
        delegation = sign_record(root, Context.REGISTRAR, said)
        key = ArchiveKey(county=county, name=name, key=own.public_bytes())
        return {
            **files,
            SIGNATURE: sign_manifest(hashlib.sha256(files[MANIFEST]).digest(), own),
            CHAIN: vouch(delegation, registrar, key),
            ROOT: root.public_bytes(),
        }

    def verified(self, path: Path) -> Verified:
        return verify_package(path, self.root)


@pytest.fixture
async def forger(filing: Filing, tmp_path: Path) -> Forger:
    _, file = await filing.filed(tmp_path / "moved")
    root = filing.centre.ground.nodes.scene.authority.root_public
    return Forger(good=file.read_bytes(), root=fingerprint(root), folder=tmp_path)


def codes(found: Verified) -> list[tuple[str, str]]:
    assert found.whole is (not found.faults)
    assert not (found.proven and found.faults)
    return [(one.code, one.path) for one in found.faults]


def events_of(files: Files) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(files[EVENTS])
    return found


async def test_every_kind_of_tampering_is_named(forger: Forger) -> None:
    """One county and one package for all, as making it costs more than any of them."""
    files = forger.files
    assert codes(forger.verified(forger.write(forger.good))) == []
    for kind in KINDS:
        path, wanted, words = kind(forger, dict(files))
        found = forger.verified(path)
        name = kind.__name__
        assert (name, codes(found)) == (name, wanted)
        assert (name, words in "".join(one.line() for one in found.faults)) == (name, True)


Kind = tuple[Path, list[tuple[str, str]], str]


def a_changed_byte_in_a_paper(forger: Forger, files: Files) -> Kind:
    files["papers/01.png"] = b"X" + files["papers/01.png"][1:]
    return forger.pack(files), [("file-changed", "papers/01.png")], "居民身份证"


def a_changed_byte_where_the_checksum_tells(forger: Forger, files: Files) -> Kind:
    at = forger.good.index(files["papers/01.png"])
    data = forger.good[:at] + b"X" + forger.good[at + 1 :]
    return forger.write(data), [("file-changed", "papers/01.png")], "身份证"


def a_form_with_another_name(forger: Forger, files: Files) -> Kind:
    files["form.json"] = files["form.json"].replace("样福丽".encode(), "样富丽".encode())
    return forger.pack(files), [("file-changed", "form.json")], "申请表"


def an_event_taken_out(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    del events[2]
    files[EVENTS] = json_bytes(events)
    return forger.pack(files), [("file-changed", EVENTS), ("log-gap", "")], "缺第 3 条"


def the_last_event_taken_out(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    files[EVENTS] = json_bytes(events[:-1])
    wanted = [("file-changed", EVENTS), ("log-gap", "")]
    return forger.pack(files), wanted, f"缺第 {len(events)} 条"


def two_events_swapped(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    events[1], events[2] = events[2], events[1]
    files[EVENTS] = json_bytes(events)
    return forger.pack(files), [("file-changed", EVENTS), ("log-gap", "")], "第 3 条排在第 2 条前面"


def an_event_twice(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    files[EVENTS] = json_bytes([*events, events[1]])
    found = [("file-changed", EVENTS), ("log-gap", ""), ("log-gap", "")]
    return forger.pack(files), found, "第 2 条出现 2 次"


def an_event_that_cannot_be(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    events[1] = {**events[1], "body": {"kind": "delivered"}}
    files = forger.with_list({**files, EVENTS: json_bytes(events)})
    found = [("log-impossible", ""), ("signature-wrong", "")]
    return forger.pack(files), found, "走不通"


def a_log_that_goes_back_in_time(forger: Forger, files: Files) -> Kind:
    events = events_of(files)
    events[2] = {**events[2], "at_ms": 5}
    files = forger.with_list({**files, EVENTS: json_bytes(events)})
    return forger.pack(files), [("log-gap", ""), ("signature-wrong", "")], "早于前一条"


def a_log_that_is_none(forger: Forger, files: Files) -> Kind:
    files[EVENTS] = b"[1]\n"
    return forger.pack(files), [("file-changed", EVENTS), ("log-broken", EVENTS)], "读不懂"


def another_county_signed_it(forger: Forger, files: Files) -> Kind:
    """It is the same case number: only the root tells."""
    county = bytes.fromhex(read_manifest(files[MANIFEST]).county)
    files = forger.signed_by(files, county, "样例县")
    return forger.pack(files), [("root-other", "")], "根密钥不是"


def another_county_signed_it_in_its_own_name(forger: Forger, files: Files) -> Kind:
    files = forger.signed_by(files, bytes(8), "邻县")
    return forger.pack(files), [("other-county", ""), ("root-other", "")], "邻县"


def another_signature_under_the_true_chain(forger: Forger, files: Files) -> Kind:
    digest = hashlib.sha256(files[MANIFEST]).digest()
    files[SIGNATURE] = sign_manifest(digest, SoftwareSigner(bytes(32)))
    return forger.pack(files), [("signature-wrong", "")], "签名对不上"


def a_chain_of_another_root(forger: Forger, files: Files) -> Kind:
    files[ROOT] = SoftwareSigner(bytes(32)).public_bytes()
    return forger.pack(files), [("chain-wrong", ""), ("root-other", "")], "没有得到根密钥的证明"


def a_list_that_fits_what_was_changed(forger: Forger, files: Files) -> Kind:
    files = forger.with_list({**files, "papers/01.png": b"another card"})
    return forger.pack(files), [("signature-wrong", "")], "清单被改动过"


def a_missing_paper(forger: Forger, files: Files) -> Kind:
    del files["papers/01.png"]
    return forger.pack(files), [("file-missing", "papers/01.png")], "缺少文件"


def an_extra_file(forger: Forger, files: Files) -> Kind:
    files["papers/99.png"] = b"a paper that nobody handed in"
    return forger.pack(files), [("file-extra", "papers/99.png")], "多出"


def a_missing_list(forger: Forger, files: Files) -> Kind:
    del files[MANIFEST]
    found = [("manifest-missing", ""), ("signature-wrong", "")]
    return forger.pack(files), found, "没有清单"


def a_list_that_nobody_can_read(forger: Forger, files: Files) -> Kind:
    files[MANIFEST] = b"{}"
    return forger.pack(files), [("manifest-broken", ""), ("signature-wrong", "")], "读不懂"


def a_missing_signature(forger: Forger, files: Files) -> Kind:
    del files[SIGNATURE]
    return forger.pack(files), [("proof-missing", SIGNATURE)], "缺少签名"


def bytes_in_front(forger: Forger, files: Files) -> Kind:
    return forger.write(b"MZ" + forger.good), [("file-foreign-bytes", "")], "夹带"


def bytes_behind(forger: Forger, files: Files) -> Kind:
    return forger.write(forger.good + b"\0"), [("file-foreign-bytes", "")], "夹带"


def files_in_another_order(forger: Forger, files: Files) -> Kind:
    return forger.pack(files, reversed(files)), [("file-foreign-bytes", "")], "重新打过包"


def packed_by_another_program(forger: Forger, files: Files) -> Kind:
    path = forger.folder / "given.zip"
    with ZipFile(path, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    return path, [("file-foreign-bytes", "")], "别的软件"


def compressed_by_another_program(forger: Forger, files: Files) -> Kind:
    path = forger.folder / "given.zip"
    with ZipFile(path, "w") as package:
        for name, data in files.items():
            method = ZIP_DEFLATED if name == "readme.txt" else 0
            package.writestr(name, data, compress_type=method)
    return path, [("file-packed", "readme.txt")], "压缩过"


def cut_off(forger: Forger, files: Files) -> Kind:
    return forger.write(forger.good[:-100]), [("not-a-package", "")], "打不开"


def no_package_at_all(forger: Forger, files: Files) -> Kind:
    return forger.write(b"hello"), [("not-a-package", "")], "打不开"


KINDS: list[Callable[[Forger, Files], Kind]] = [
    a_changed_byte_in_a_paper,
    a_changed_byte_where_the_checksum_tells,
    a_form_with_another_name,
    an_event_taken_out,
    the_last_event_taken_out,
    two_events_swapped,
    an_event_twice,
    an_event_that_cannot_be,
    a_log_that_goes_back_in_time,
    a_log_that_is_none,
    another_county_signed_it,
    another_county_signed_it_in_its_own_name,
    another_signature_under_the_true_chain,
    a_chain_of_another_root,
    a_list_that_fits_what_was_changed,
    a_missing_paper,
    an_extra_file,
    a_missing_list,
    a_list_that_nobody_can_read,
    a_missing_signature,
    bytes_in_front,
    bytes_behind,
    files_in_another_order,
    packed_by_another_program,
    compressed_by_another_program,
    cut_off,
    no_package_at_all,
]


def test_every_fault_has_a_kind_of_tampering() -> None:
    tried = {"file-twice", "log-unended"}  # below
    source = Path(__file__).read_text("utf-8")
    assert [code for code in FAULTS if f'("{code}"' not in source and code not in tried] == []


async def test_a_name_twice_and_a_log_without_end(forger: Forger) -> None:
    files = forger.files
    order = [*(name for name in PROOF if name in files), *sorted(set(files) - {*PROOF})]
    path = forger.pack(files, [*order, "form.json"])
    assert ("file-twice", "form.json") in codes(forger.verified(path))
    old = read_manifest(files[MANIFEST])
    files[EVENTS] = json_bytes(events_of(files)[:1])
    files[MANIFEST] = manifest_bytes(altered(old, events=1))
    found = codes(forger.verified(forger.pack(files)))
    assert ("log-unended", "") in found


async def test_every_byte_of_a_package_counts(forger: Forger) -> None:
    """One in each thousand, and all of both ends: none can be another."""
    size = len(forger.good)
    for at in {*range(0, size, 997), *range(120), *range(size - 120, size)}:
        data = bytearray(forger.good)
        data[at] ^= 1
        assert (at, forger.verified(forger.write(bytes(data))).whole) == (at, False)


def test_the_command_needs_no_county_and_says_it_in_words(
    forger: Forger, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> int:
        return run_program(cli, ["archive", "verify", *map(str, words)], name="yizhan-county")

    good = forger.write(forger.good)
    assert run(good, "--root", forger.root) == 0
    assert "这个归档包完整，没有改动" in capsys.readouterr().out
    assert run(good) == 0
    assert "只证明了内部一致" in capsys.readouterr().out
    bad = forger.write(forger.good + b"\0")
    assert run(bad, "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in answer["faults"]] == ["file-foreign-bytes"]
    assert (answer["whole"], answer["proven"]) == (False, False)
    assert run(good.with_name("none.zip")) == FileUnreadableError.exit_code
    assert FileUnreadableError.code in capsys.readouterr().err
