"""``yizhan-county catalogue table``: a table becomes a catalogue file, and a file a table.

Nothing is asked of a county: the files alone are looked at.
"""

from pathlib import Path
from typing import Any

import click

from central.county.catalogue.exchange.packing import csv_files, excel_file, json_file
from central.county.catalogue.exchange.tables import read_catalogue_file
from protocol.catalogue.forms.reading import parse_json
from protocol.errors import CatalogueError, UsageError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from runtime.cli.command import PATH, json_option
from runtime.cli.terminal import answer
from runtime.disk.papers import PaperFolder, new_paper

_DEPTH = 24


def table_command() -> click.Command:
    """The command."""

    @click.command("table")
    @click.argument("source", type=PATH)
    @click.option("--to", type=PATH, required=True, help="Where to write it.")
    @click.option("--national", is_flag=True, help="Under the names of the national exchange.")
    @click.option("--force", is_flag=True, help="Replace a file that exists.")
    @json_option
    def table(source: Path, *, to: Path, national: bool, force: bool, as_json: bool) -> None:
        """Turn SOURCE (.xlsx, .csv, a folder of them, .json) into a catalogue file or a table."""
        write_catalogue(catalogue_of(source), to, national=national, force=force)
        answer({"file": str(to)}, str(to), as_json=as_json)

    return table


def catalogue_of(source: Path) -> dict[str, Any]:
    """The catalogue file in ``source``, a table or JSON, as an object.

    Raises:
        FileUnreadableError, TableError, CatalogueError: it is none.
    """
    data = read_catalogue_file(source)
    found = parse_json(data, limit=MAX_CATALOGUE_FILE_BYTES, depth=_DEPTH, error=CatalogueError)
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise CatalogueError("文件应是一组栏目，其中 items 是事项的列表")
    return found


def write_catalogue(
    document: dict[str, Any], to: Path, *, national: bool = False, force: bool = False
) -> None:
    """Write a catalogue file as JSON, as Excel, or as a folder of CSV files, by its name.

    Raises:
        UsageError: the name says none of these, or is taken and ``force`` does not allow it.
        TableTooLargeError: a cell is longer than Excel holds.
        PaperError: it can't be written.
    """
    if to.suffix.lower() == ".json":
        _write(to, json_file(document, national=national), force=force)
    elif to.suffix.lower() == ".xlsx":
        _write(to, excel_file(document, national=national), force=force)
    elif not to.suffix:
        files = {to / name: data for name, data in csv_files(document, national=national).items()}
        PaperFolder(to)
        if not force and (there := next((path for path in files if path.exists()), None)):
            raise UsageError(f"{there} 已存在，没有写出任何文件；--force 可替换")
        for path, data in files.items():
            _write(path, data, force=force)
    else:
        raise UsageError(f"{to.name}：写 .json、.xlsx，或者不带后缀的文件夹（CSV）")


def _write(path: Path, data: bytes, force: bool) -> None:  # noqa: FBT001 - as new_paper's
    with new_paper(path, force=force, room=len(data)) as file:
        file.write(data)
