"""Verifying an archive package: what is checked, one after the other, and exactly what is wrong.

Everything is checked, also when something is wrong already: an auditor wants to know all of it.

Source: docs/archive.md, "Verifying".
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from central.county.archive.verifying.opened import Opened, open_package
from central.county.archive.verifying.report import (
    CHECKS,
    FILE,
    LIST,
    LOG,
    ROOT,
    SIGNATURE,
    Checked,
    Fault,
    Verified,
    fault,
)
from protocol.archive.log import gaps, read_log, untimely, why_broken
from protocol.archive.manifest import (
    CHAIN,
    EVENTS,
    MANIFEST,
    PROOF,
    Manifest,
    read_manifest,
)
from protocol.archive.manifest import (
    ROOT as ROOT_FILE,
)
from protocol.archive.manifest import (
    SIGNATURE as SIGNATURE_FILE,
)
from protocol.archive.proof import ArchiveKey, Proof, read_chain, signed_digest
from protocol.casework.events.log import Event
from protocol.casework.fold import fold
from protocol.casework.states import ENDED
from protocol.errors import MalformedError
from protocol.json_values import from_json
from protocol.trust.fingerprint import fingerprint

_NAMED = 20  # of one kind of fault


def verify_package(path: Path, root: str = "") -> Verified:
    """Verify a file. Blocks for the disk.

    Args:
        root: the county's root as it was published: ten words, or 64 hexadecimal digits; empty:
            not known.

    Raises:
        OSError: the file can't be read at all.
    """
    opened = open_package(path)
    faults, manifest, key = list[Fault](), None, None
    if opened.broken:
        faults.append(fault(FILE, "not-a-package", detail=opened.broken))
    else:
        manifest = _manifest(opened, faults)
        faults += _listed(opened, manifest)
        faults += _logged(opened, manifest)
        key = _signed(opened, manifest, faults)
        faults += _rooted(opened, root)
        if opened.foreign and not any(one.check in (FILE, LIST) for one in faults):
            faults.insert(0, fault(FILE, "file-foreign-bytes"))
    return _report(path, opened, manifest, key, faults, root=root)


def _manifest(opened: Opened, faults: list[Fault]) -> Manifest | None:
    data = opened.small.get(MANIFEST)
    if not data:
        faults.append(fault(LIST, "manifest-missing"))
        return None
    try:
        return read_manifest(data)
    except MalformedError as exc:
        faults.append(fault(LIST, "manifest-broken", detail=exc.detail[:200]))
        return None


def _listed(opened: Opened, manifest: Manifest | None) -> Iterator[Fault]:
    """Each file against the list."""
    paths = [one.path for one in opened.parts]
    for path in dict.fromkeys(path for path in paths if paths.count(path) > 1):
        yield fault(LIST, "file-twice", path)
    for one in opened.parts:
        if not one.plain:
            yield fault(FILE, "file-packed", one.path)
    if manifest is None:
        return
    known = {one.path: one for one in manifest.files}
    for path in [path for path in dict.fromkeys(paths) if path not in known and path not in PROOF]:
        yield fault(LIST, "file-extra", path)
    for path, listed in known.items():
        part = opened.part(path)
        if part is None:
            yield fault(LIST, "file-missing", path, listed.title)
        elif part.plain and (part.size, part.sha256) != (listed.bytes, listed.sha256):
            yield fault(LIST, "file-changed", path, listed.title)


def _logged(opened: Opened, manifest: Manifest | None) -> Iterator[Fault]:
    """The log by itself, so that it is said which event is missing or moved."""
    data = opened.small.get(EVENTS)
    if data is None:
        return
    try:
        found = read_log(data)
    except MalformedError:
        yield fault(LOG, "log-broken", EVENTS)
        return
    count = manifest.events if manifest else len(found)
    wrong = [*gaps(found, count), *untimely(found)]
    for words in wrong[:_NAMED]:
        yield fault(LOG, "log-gap", detail=words)
    if wrong:
        return
    if why := why_broken(found):
        yield fault(LOG, "log-impossible", detail=why)
    elif fold([from_json(one, Event) for one in found]).state not in ENDED:
        yield fault(LOG, "log-unended")


def _signed(opened: Opened, manifest: Manifest | None, faults: list[Fault]) -> ArchiveKey | None:
    """Whose key the root of the package vouches for; what is wrong with the signatures."""
    missing = [name for name in (SIGNATURE_FILE, CHAIN, ROOT_FILE) if not opened.small.get(name)]
    faults += [fault(SIGNATURE, "proof-missing", name) for name in missing]
    if missing:
        return None
    proof = _proof(opened)
    key = read_chain(proof)
    if key is None:
        faults.append(fault(SIGNATURE, "chain-wrong"))
        return None
    digest = hashlib.sha256(opened.small.get(MANIFEST, b"")).digest()
    if signed_digest(proof, key) != digest:
        faults.append(fault(SIGNATURE, "signature-wrong"))
    if manifest is not None and manifest.county != key.county.hex():
        faults.append(fault(SIGNATURE, "other-county", detail=key.name))
    return key


def _rooted(opened: Opened, root: str) -> Iterator[Fault]:
    held = opened.small.get(ROOT_FILE)
    if root and held and not _is_root(held, root):
        yield fault(ROOT, "root-other", detail=fingerprint(held))


def _is_root(held: bytes, root: str) -> bool:
    """Whether somebody named this root: by its ten words, or by its bytes in hex."""
    said = "".join(root.split())
    return said.lower() == held.hex() or said == "".join(fingerprint(held).split())


def _proof(opened: Opened) -> Proof:
    small = opened.small
    return Proof(signature=small[SIGNATURE_FILE], chain=small[CHAIN], root=small[ROOT_FILE])


def _report(
    path: Path,
    opened: Opened,
    manifest: Manifest | None,
    key: ArchiveKey | None,
    faults: list[Fault],
    *,
    root: str,
) -> Verified:
    held = opened.small.get(ROOT_FILE, b"")
    return Verified(
        file=str(path),
        sha256=opened.sha256,
        bytes=opened.size,
        whole=not faults,
        proven=not faults and bool(root),
        case=manifest.case if manifest else "",
        county=key.name if key else "",
        fingerprint=fingerprint(held) if held else "",
        ended=manifest.ended if manifest else "",
        checks=list(_checks(opened, manifest, key, faults, root=root)),
        faults=faults,
    )


def _checks(
    opened: Opened,
    manifest: Manifest | None,
    key: ArchiveKey | None,
    faults: list[Fault],
    *,
    root: str,
) -> Iterator[Checked]:
    count, events = (len(manifest.files), manifest.events) if manifest else (0, 0)
    good = {
        FILE: "是完整的归档包，没有夹带其他字节",
        LIST: f"清单上的 {count} 个文件都在，内容与清单一致，没有多出的",
        LOG: f"{events} 条办理记录不缺、不乱，办到结束",
        SIGNATURE: f"{key.name if key else ''}签过这份清单，密钥有登记员和根密钥证明",
        ROOT: "与您给出的县指纹一致",
    }
    for name, word in CHECKS.items():
        wrong = [one.line() for one in faults if one.check == name]
        done: bool | None = not wrong
        words = "；".join(wrong) if wrong else good[name]
        if opened.broken and name != FILE:
            done, words = None, "没有核验"
        elif name == ROOT and not root:
            done, words = None, "没有给出县指纹（--root），没有核验"
        yield Checked(check=name, name=word, good=done, words=words)
