"""What the commands for fees share at station and county: the file of facts, the sheet in words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from protocol.catalogue.fees.told import ItemFee
from protocol.catalogue.forms.reading import parse_json
from protocol.errors import FeeFactsError
from runtime.cli.command import read_file

MAX_FACTS_BYTES = 32 * 1024


def read_facts_file(path: Path) -> dict[str, Any]:
    """The facts in a file.

    Raises:
        FileUnreadableError: it can't be read, or is over 32 KiB.
        FeeFactsError: it is no JSON object.
    """
    data = read_file(path, MAX_FACTS_BYTES)
    facts = parse_json(data, limit=MAX_FACTS_BYTES, depth=3, error=FeeFactsError)
    if not isinstance(facts, dict):
        raise FeeFactsError("情况文件应为 {…}")
    return facts


def fee_lines(fee: ItemFee) -> Iterator[str]:
    """A sheet as a person reads it."""
    yield f"{fee.item} {fee.sheet.collector}（{fee.sheet.basis}）"
    for step in fee.sheet.steps:
        yield f"  {step.words}：{step.yuan}元"
    yield f"合计：{fee.total}元（{fee.day}，目录版本 {fee.release}）"
