"""The program knows its own version."""

import tomllib
from pathlib import Path

from protocol.version import PROGRAM


def test_the_version_is_that_of_the_package() -> None:
    package = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert package["project"]["version"] == PROGRAM
