"""Files of villages, sealed anew for offices: an envelope names blobs of its own origin alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from central.county.casework.answers.sealing import Made, Sealer
from central.county.casework.files.received import FileOf
from central.county.casework.service import Sealed
from central.county.ports.relay import Blobs
from protocol.codec import altered


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Of one county."""

    blobs: Blobs
    sealer: Sealer

    async def sealed(self, files: Sequence[tuple[str, FileOf]]) -> Sealed:
        """Each, under its material's id, as a blob of the county's own, under a new key."""
        opened = [await asyncio.to_thread(file.opened, self.blobs) for _, file in files]
        made: Sequence[Made] = [Made(name=one.name, data=one.data) for one in opened]
        found = await self.sealer.seal([], made)
        return [
            (altered(file, material=material), size)
            for (material, _), (file, size) in zip(files, found, strict=True)
        ]

    async def drop(self, sealed: Sealed) -> None:
        """Remove the blobs of what did not come about."""
        await self.sealer.drop(sealed)
