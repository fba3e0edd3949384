"""Keys that lie where they should not: what the county says until they have been moved away.

Source: docs/operations.md, "The recovery key".
"""

from collections.abc import Mapping
from pathlib import Path

from provisioning.escrow.recovery import beside, public_half

ROOT_HERE, RECOVERY_HERE, RECOVERY_NONE = "root-key-here", "recovery-key-here", "recovery-key-none"

WORDS: Mapping[str, str] = {
    ROOT_HERE: (
        "根密钥还在本机：谁拿到它，谁就能冒充本县。"
        "请运行 yizhan-provision root export DATA --to 目录，把分片分人保管。"
    ),
    RECOVERY_HERE: (
        "恢复密钥还在本机：硬盘坏了，备份就打不开；谁拿到它和备份，谁就能读全部资料。"
        "请把它移到保险柜里的介质上，或运行 yizhan-provision recovery export DATA --to 目录。"
    ),
    RECOVERY_NONE: "本县没有恢复密钥，不能备份。请运行 yizhan-provision recovery new DATA。",
}
"""What each alarm means and what to do, for a person."""


def key_alarms(data: Path) -> list[dict[str, str]]:
    """The alarms of the county in ``data``: ``{code, words}``, the most urgent first.

    Raises:
        DamagedError: the note of the recovery key can't be understood.
    """
    return [{"code": code, "words": WORDS[code]} for code in _found(data)]


def _found(data: Path) -> list[str]:
    half = public_half(data)
    codes = []
    if half is None:
        codes.append(RECOVERY_NONE)
    elif any(path.exists() for path in (half.file, beside(data)) if path):
        codes.append(RECOVERY_HERE)
    if (data / "authority" / "root.key").exists():
        codes.append(ROOT_HERE)
    return codes
