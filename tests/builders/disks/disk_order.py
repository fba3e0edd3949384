"""The order in which a program syncs, names and removes files, as the disk is told."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class DiskOrder:
    """What happened: ``("sync", path)``, ``("name", path)``, ``("gone", path)``, in this order."""

    events: list[tuple[str, Path]] = field(default_factory=list)

    @classmethod
    def watch(cls, monkeypatch: pytest.MonkeyPatch) -> "DiskOrder":
        """Watch everything from now on; the real calls are made."""
        order = cls()
        sync, unlink = os.fsync, os.unlink

        def synced(descriptor: int) -> None:
            order.events.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink()))
            sync(descriptor)

        def gone(path: Any, **more: Any) -> None:
            unlink(path, **more)
            order.events.append(("gone", Path(path).absolute()))

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "unlink", gone)
        for name in ("replace", "rename", "link"):
            monkeypatch.setattr(os, name, order._named(getattr(os, name)))
        return order

    def _named(self, real: Any) -> Any:
        def named(source: Any, target: Any, **more: Any) -> None:
            real(source, target, **more)
            self.events.append(("name", Path(target).absolute()))

        return named

    def when(self, kind: str, path: Path) -> list[int]:
        """At which places this happened to ``path``."""
        return [at for at, event in enumerate(self.events) if event == (kind, path.absolute())]

    def lasts(self, path: Path, *, before: int) -> bool:
        """Whether ``path`` was on disk, content and name, before something happened."""
        named = [at for at in self.when("name", path) if at < before]
        if not named:
            return False
        content = any(
            kind == "sync" and one.parent == path.absolute().parent and one.suffix != ""
            for kind, one in self.events[: named[-1]]
        )
        folder = [at for at in self.when("sync", path.parent) if named[-1] < at < before]
        return content and bool(folder)
