"""What a bad line carries: 100 applications of 2 KB, three of them with a scan of 300 KB."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.records import CATALOGUE, make_records
from examples.synthetic.forms import minified

COUNT = 100
_WITH_SCAN = (20, 50, 80)
_SCAN_BYTES = 300_000
_SEED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application, with the material and file of its scan if it has one."""

    item: str
    form: str
    record: bytes  # the same as a peer carries it
    scan: tuple[str, Path] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """The same every time."""

    applications: Sequence[Application]

    @classmethod
    def write(cls, folder: Path) -> Self:
        """Make it; the scans are written into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(
            applications=[
                Application(
                    item=record["item"],
                    form=json.dumps(record["form"], ensure_ascii=False),
                    record=minified(record),
                    scan=_scan(folder, number, record) if number in _WITH_SCAN else None,
                )
                for number, record in enumerate(make_records(COUNT))
            ]
        )

    def as_files(self, folder: Path) -> Path:
        """Records and scans as files of one folder, as peers take them."""
        folder.mkdir(parents=True)
        for number, application in enumerate(self.applications):
            (folder / f"{number:03}.json").write_bytes(application.record)
            if application.scan is not None:
                (folder / f"{number:03}.jpg").write_bytes(application.scan[1].read_bytes())
        return folder

    def as_bytes(self) -> bytes:
        """Records and scans one after the other."""
        pieces = [application.record for application in self.applications]
        pieces += [a.scan[1].read_bytes() for a in self.applications if a.scan is not None]
        return b"".join(pieces)


def _scan(folder: Path, number: int, record: dict[str, Any]) -> tuple[str, Path]:
    """Random bytes: as incompressible as a photograph."""
    path = folder / f"scan-{number}.jpg"
    path.write_bytes(random.Random(_SEED + number).randbytes(_SCAN_BYTES))
    items = json.loads(CATALOGUE.read_text("utf-8"))["items"]
    (item,) = (item for item in items if item["id"] == record["item"])
    return item["materials"][0]["id"], path
