"""The peer that can't be run is missing for a reason, and never a fault of the measure."""

from pathlib import Path

import pytest

from bench.peers.nncp import PeerMissingError, run_nncp


async def test_without_nncp_and_apt_get_the_peer_is_missing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerMissingError, match="no apt-get"):
        await run_nncp(tmp_path, [b"{}"], lambda _: None)
