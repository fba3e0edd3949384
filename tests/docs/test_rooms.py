"""Every module has a room, and every table an owner that import-linter knows."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = {  # folders that hold rooms, and what may lie beside these
    "central": set[str](),
    "central/county": {"app", "county", "ground"},
    "central/relay": {"service"},
}


def protected() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return {
        module
        for contract in contracts
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }


@pytest.mark.parametrize("folder", ROOTS)
def test_nothing_lies_loose_beside_the_rooms(folder: str) -> None:
    loose = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}
    assert loose == ROOTS[folder]


def test_tables_and_queries_of_every_capability_are_kept_to_it() -> None:
    kept, named = protected(), set[str]()
    for path in sorted((ROOT / "central").rglob("*.py")):
        if path.stem in {"models", "queries"}:
            named.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert "central.county.casework.models" in named
    owned = {name for name in named if name in kept or name.rpartition(".")[0] in kept}
    assert owned == named
