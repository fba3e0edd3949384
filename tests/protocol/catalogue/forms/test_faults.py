"""Codes of faults are stable, and each stands in the documents."""

from pathlib import Path

from protocol.catalogue.forms import faults

DOCS = Path(__file__).parents[4] / "docs" / "forms.md"


def test_every_code_stands_in_the_document() -> None:
    named = {
        value for name, value in vars(faults).items() if name.isupper() and isinstance(value, str)
    }
    text = DOCS.read_text("utf-8").split("## Faults")[1].split("\n## ")[0]
    assert [code for code in {*named, *faults.CODES.values()} if f"`{code}`" not in text] == []


def test_a_fault_leads_to_its_field() -> None:
    assert faults.anchor(("household", 0, "member_id")) == "f-household-0-member_id"
