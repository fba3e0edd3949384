"""The catalogues that are measured are ones that a county may publish."""

from pathlib import Path

import pytest

from bench import big_catalogue
from protocol.catalogue.items.entries import check_catalogue


def test_both_releases_can_be_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(big_catalogue, "ITEMS", 72)  # each item of the sample county once
    for path in big_catalogue.write_catalogues(tmp_path):
        checked = check_catalogue(path.read_bytes())
        assert checked.errors == ()
        assert len([key for key in checked.entries if key.startswith("451423-9")]) == 72
