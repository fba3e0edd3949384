"""NNCP's nodes: keys, configuration and spool of each in a folder of its own."""

import json
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.commands import listening, run

_KEYS = ("id", "exchpub", "exchprv", "signpub", "signprv", "noisepub", "noiseprv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node; ``prefix`` starts its commands, in a network namespace for example."""

    name: str
    folder: Path
    programs: Path
    keys: dict[str, str]
    prefix: tuple[str, ...] = ()

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.folder / "nncp.json"

    @property
    def incoming(self) -> Path:
        """Where its files arrive."""
        return self.folder / "incoming"

    def command(self, program: str, *args: str) -> list[str]:
        """One of NNCP's programs, for this node."""
        path = str(self.programs / program)
        return [*self.prefix, path, "-quiet", "-noprogress", "-cfg", str(self.config), *args]

    def waiting_for(self, peer: Self) -> int:
        """Packets that ``peer`` has not confirmed yet."""
        with os.scandir(self.folder / "spool" / peer.keys["id"] / "tx") as entries:
            return sum(entry.is_file() and entry.name[0] != "." for entry in entries)

    def write_config(self, neighbours: Sequence[Self], via: Sequence[str]) -> None:
        """Know ``neighbours``; those named in ``via`` and this one reach each other through B."""
        for folder in (self.incoming, self.folder / "spool"):
            folder.mkdir(parents=True)
        document = {
            "spool": str(self.folder / "spool"),
            "log": str(self.folder / "log"),
            "self": self.keys,
            "neigh": {"self": _public(self.keys)}
            | {node.name: self._neighbour(node, via) for node in neighbours},
        }
        self.config.write_text(json.dumps(document), "utf-8")

    def _neighbour(self, node: Self, via: Sequence[str]) -> dict[str, Any]:
        entry: dict[str, Any] = {**_public(node.keys), "incoming": str(self.incoming)}
        return {**entry, "via": ["B"]} if {self.name, node.name} == set(via) else entry


async def make_nodes(
    programs: Path,
    folder: Path,
    names: str,
    *,
    via: Sequence[str] = (),
    prefixes: Sequence[tuple[str, ...]] = (),
) -> list[Node]:
    """Nodes that know each other, each with its own keys and spool."""
    nodes = [
        Node(
            name=name,
            folder=folder / name,
            programs=programs,
            keys=await _new_keys(programs),
            prefix=prefixes[at] if prefixes else (),
        )
        for at, name in enumerate(names)
    ]
    for node in nodes:
        node.write_config([other for other in nodes if other is not node], via)
    return nodes


@asynccontextmanager
async def daemon(node: Node, host: str, port: int) -> AsyncIterator[None]:
    """Its daemon, once it accepts calls."""
    async with listening(*node.command("nncp-daemon", "-bind", f"{host}:{port}"), port=port):
        yield


def _public(keys: dict[str, str]) -> dict[str, str]:
    return {name: key for name, key in keys.items() if not name.endswith("prv")}


async def _new_keys(programs: Path) -> dict[str, str]:
    text = await run(str(programs / "nncp-cfgnew"), "-nocomments")
    return {key: re.findall(rf"\b{key}: (\w+)", text)[0] for key in _KEYS}
