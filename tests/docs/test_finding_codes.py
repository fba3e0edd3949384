"""Every code with which the checks of items tell a finding is explained."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CODE = re.compile(r'(?:fault|doubt)\(\s*"([a-z-]+)"|^    code = "([a-z-]+)"', re.MULTILINE)
_OF_TEMPLATES = re.compile(r'"(template-[a-z-]+)"')
_OF_PAGES = re.compile(r'code="(item\.[a-z-]+)"')


def used_codes() -> set[str]:
    """As the source writes them."""
    sources = (ROOT / "protocol" / "catalogue" / "items").glob("*.py")
    texts = [path.read_text("utf-8") for path in sources]
    found = {f"item.{one or other}" for text in texts for one, other in _CODE.findall(text)}
    templates = (ROOT / "protocol" / "catalogue" / "templates" / "template.py").read_text("utf-8")
    found |= {f"item.{one}" for one in _OF_TEMPLATES.findall(templates)}
    pages = (ROOT / "central" / "county" / "catalogue" / "pages").rglob("*.py")
    return found.union(*(_OF_PAGES.findall(path.read_text("utf-8")) for path in pages))


def test_every_code_of_a_finding_is_explained() -> None:
    told = set(
        re.findall(r"`(item\.[a-z-]+)`", (ROOT / "docs" / "catalogue.md").read_text("utf-8"))
    )
    used = used_codes() - {"item.value"}  # of the base, which nothing is
    assert len(used) > 20
    assert used == told
