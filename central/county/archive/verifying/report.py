"""What a verification found, in words for whoever has to judge it.

Source: docs/archive.md, "Verifying".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FILE, LIST, LOG, SIGNATURE, ROOT = "file", "list", "log", "signature", "root"
CHECKS: Mapping[str, str] = {
    FILE: "文件结构",
    LIST: "文件清单",
    LOG: "办理记录",
    SIGNATURE: "县的签名",
    ROOT: "根密钥",
}
"""What is checked, in this order."""

FAULTS: Mapping[str, str] = {
    "not-a-package": "打不开，不是归档包，或文件不完整",
    "file-foreign-bytes": "夹带了清单以外的字节，或用别的软件重新打过包",
    "file-packed": "被压缩过或加过密，不是原来的文件",
    "manifest-missing": "没有清单 manifest.json",
    "manifest-broken": "清单 manifest.json 读不懂，或程序太旧",
    "file-missing": "缺少文件",
    "file-extra": "多出清单上没有的文件",
    "file-twice": "同名文件出现两次",
    "file-changed": "文件内容被改动过",
    "log-broken": "办理记录读不懂",
    "log-gap": "办理记录不完整或次序不对",
    "log-impossible": "办理记录走不通，不可能这样办",
    "log-unended": "办理记录没有办到结束",
    "proof-missing": "缺少签名或证明文件",
    "signature-wrong": "签名对不上清单：清单被改动过，或不是这把密钥签的",
    "chain-wrong": "县密钥没有得到根密钥的证明",
    "other-county": "签名的是另一个县",
    "root-other": "根密钥不是您给出的那一个：可能是另一个县，或整个文件是伪造的",
}
"""What may be wrong, by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong."""

    check: str
    code: str
    words: str  # in Chinese
    path: str = ""  # inside the package
    detail: str = ""

    def line(self) -> str:
        """For a person."""
        named = "：".join(filter(None, (self.path, self.detail)))
        return f"{self.words}（{named}）" if named else self.words


def fault(check: str, code: str, path: str = "", detail: str = "") -> Fault:
    """With its words."""
    return Fault(check=check, code=code, words=FAULTS[code], path=path, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check, and what there is to say of it."""

    check: str
    name: str  # in Chinese
    good: bool | None  # None: it was not done
    words: str  # in Chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A whole verification."""

    file: str
    sha256: str  # of the file
    bytes: int
    whole: bool  # nothing is wrong
    proven: bool  # and its county is the one whose root was given
    case: str  # number; empty: not known
    county: str  # name, as its registrar vouches; empty: not known
    fingerprint: str  # ten words of the package's root; empty: none
    ended: str  # day on which the case ended
    checks: Sequence[Checked]
    faults: Sequence[Fault]

    def verdict(self) -> str:
        """The one sentence for a person."""
        if not self.whole:
            return f"这个归档包有 {len(self.faults)} 处不对，不能作为凭证。"
        if self.proven:
            return f"这个归档包完整，没有改动，确由{self.county}签发。"
        return (
            "这个归档包前后一致，没有发现改动；但没有给出县指纹（--root），"
            f"所以只证明了内部一致，没有证明确由{self.county}签发。"
        )
