"""What other processes may ask the county for, over its control socket or on an open store."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from central.county.backup.service import Backup
from central.county.county import County
from central.county.review.operations import SAID as REVIEW_SAID
from central.county.review.operations import review_operations
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from runtime.command import read_file
from runtime.control.owner import Operation, Report

PAGE = 500  # cases in one answer: at most 16 MB of forms

QUIET = frozenset(
    (
        "county.clock",
        "county.ledger",
        "county.nodes",
        "county.rekey-status",
        "county.status",
    )
)
SAID = {  # what of the arguments stands in the audit record; the first is the subject
    "county.publish": ("file",),
    "county.cases": ("after",),
    **REVIEW_SAID,
    "county.decide": ("case", "outcome"),
    "county.files": ("case", "folder"),
    "county.backup": ("to",),
    "county.erase": ("reason",),
    "county.rekey-announce": ("key",),
    "county.rekey-use": ("key", "force", "stolen"),
    "county.retry": ("item",),
    "county.stick-export": ("folder",),
    "county.stick-import": ("folder",),
}

Args = Mapping[str, Any]


def county_operations(county: County) -> dict[str, Operation]:
    """Every operation of ``county`` by its name."""

    async def publish(args: Args, _: Report) -> dict[str, Any]:
        data = await asyncio.to_thread(read_file, Path(args["file"]), MAX_CATALOGUE_FILE_BYTES)
        return {"release": await county.catalogue.publish(data)}

    async def cases(args: Args, _: Report) -> list[dict[str, Any]]:
        page = await county.casework.page(
            after=args["after"], limit=PAGE, item_of=county.intake.item
        )
        return [view.json() for view in page]

    async def decide(args: Args, _: Report) -> dict[str, Any]:
        outcome = _outcome(args["outcome"])
        attach = [Path(path) for path in args["attach"]]
        number = await county.casework.decide(
            args["case"], outcome=outcome, note=args["note"], attach=attach
        )
        return {"case": number, "outcome": outcome.value}

    async def ledger(_: Args, __: Report) -> list[dict[str, Any]]:
        return [account.json() for account in await county.reconciliation.ledger()]

    async def nodes(_: Args, __: Report) -> list[dict[str, Any]]:
        return [view.json() for view in await county.nodes.overview(own=True)]

    async def files(args: Args, _: Report) -> list[dict[str, Any]]:
        written = await county.casework.write_files(args["case"], Path(args["folder"]))
        return [
            {
                "material": file.material,
                "name": file.name,
                "state": file.state.value,
                "path": str(file.path) if file.path else None,
            }
            for file in written
        ]

    return {
        "county.publish": publish,
        "county.cases": cases,
        "county.decide": decide,
        "county.ledger": ledger,
        "county.nodes": nodes,
        "county.files": files,
        **review_operations(county.review),
    }


def backup_operations(backup: Backup) -> dict[str, Operation]:
    """What the county can be asked for beside its cases: to be copied."""

    async def make(args: Args, report: Report) -> dict[str, Any]:
        return (await backup.make(Path(args["to"]), report)).json()

    return {"county.backup": make}


def _outcome(value: str) -> Outcome:
    try:
        return Outcome(value)
    except ValueError:
        raise UsageError(f"outcome {value!r}: approved, refused or correction") from None
