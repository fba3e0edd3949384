"""A kit's file is seen to first; if it fails later, the node is named."""

from pathlib import Path

import pytest

from protocol.errors import KitUnwrittenError, PaperFullError
from provisioning.kitfile import kit_written
from provisioning.lifecycle.calls import Invited
from tests.builders.disks.small_disk import fill, small_disk

ANSWER = Invited(node="ab" * 8, name="水口镇", code="x", kit=b"kit", card=b"")


def test_a_full_stick_is_seen_before_anything_is_asked(tmp_path: Path) -> None:
    asked = []

    def ask() -> Invited:
        asked.append(1)
        return ANSWER

    with small_disk(tmp_path / "usb", 1) as usb:
        fill(usb, leave=8192)
        with pytest.raises(PaperFullError):
            kit_written(usb / "a.kit", ask, force=False)
        assert not (usb / "a.kit").exists()
    assert asked == []


def test_a_name_taken_meanwhile_names_the_node(tmp_path: Path) -> None:
    def ask() -> Invited:
        (tmp_path / "a.kit").write_bytes(b"somebody else's")
        return ANSWER

    with pytest.raises(KitUnwrittenError, match=ANSWER.node):
        kit_written(tmp_path / "a.kit", ask, force=False)
    assert (tmp_path / "a.kit").read_bytes() == b"somebody else's"


def test_a_kit_is_written_as_it_was_answered(tmp_path: Path) -> None:
    assert kit_written(tmp_path / "a.kit", lambda: ANSWER, force=False) == ANSWER
    assert (tmp_path / "a.kit").read_bytes() == b"kit"
