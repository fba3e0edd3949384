"""docs/protocol.md, cut into its sections and tables."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(r"^#+ (.+)\n((?:(?!^#+ ).*\n)*)", TEXT, flags=re.MULTILINE)
}
NUMBERED = {title.split(" ")[0].rstrip("."): body for title, body in SECTIONS.items()}


def rows(section: str) -> list[list[str]]:
    """The cells of every table row of a section, without backquotes."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]


def fields(section: str) -> dict[str, bool]:
    """Name of each field of the section's first table, and whether it is required."""
    table = section.strip().splitlines()
    start = next(at for at, line in enumerate(table) if line.startswith("| field |"))
    body = "\n".join(line for line in _until_blank(table[start + 2 :]))
    return {row[0]: row[2] == "required" for row in rows(body)}


def chapter(title: str) -> str:
    """A section with everything below it; ``title`` is its number or its whole heading."""
    found = re.search(
        rf"^(#+) {re.escape(title)}(?=[ .\n]).*\n((?:(?!^#+ ).*\n|^\1#+ .*\n)*)", TEXT, re.MULTILINE
    )
    assert found, title
    return found[2]


def _until_blank(lines: list[str]) -> list[str]:
    return lines[: lines.index("")] if "" in lines else lines
