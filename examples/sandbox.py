"""A whole county in one folder: real processes, real TLS, free loopback ports.

The demo, the system tests and the measurements drive the programs through this, by their
command lines only.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

_PROGRAMS = Path(sys.executable).parent
_READY_S = 60.0
_STOP_S = 20.0


class CommandError(Exception):
    """A command ended with another exit code than 0."""

    def __init__(self, command: list[str], exit_code: int, stderr: str, stdout: str = "") -> None:
        super().__init__(f"{' '.join(command)}\nexit {exit_code}\n{stderr}")
        self.exit_code, self.stderr, self.stdout = exit_code, stderr, stdout


@dataclass(slots=True, kw_only=True)
class Program:
    """One node's folder, and its running process if there is one."""

    name: str
    command: str  # yizhan-county, yizhan-hub or yizhan-station
    data: Path
    node: str = ""
    url: str = ""
    prefix: tuple[str, ...] = ()  # what starts its commands, in a network namespace for example
    process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self.process is not None and self.process.returncode is None


@dataclass(slots=True, kw_only=True)
class Sandbox:
    """Use ``async with``; every process is gone afterwards."""

    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(self.kill(name) for name in self.programs))

    async def county(
        self,
        code: str,
        name: str,
        *,
        url: str = "",
        listen: int = 0,
        more: tuple[str, ...] = (),
        prefix: tuple[str, ...] = (),
    ) -> Program:
        """A new county; ``url`` differs from the port it listens on where a line lies between."""
        port = listen or free_port()
        county = self._program("county", "yizhan-county", prefix)
        county.url = url or f"https://127.0.0.1:{port}"
        await self.run(
            "yizhan-county",
            "init",
            county.data,
            "--code",
            code,
            "--name",
            name,
            "--url",
            county.url,
            *more,
        )
        if url:
            with (county.data / "county.toml").open("a", encoding="utf-8") as settings:
                settings.write(f'listen = "127.0.0.1:{port}"\n')
        return county

    async def another(self, name: str, county: Program, *, listen: int) -> Program:
        """One more process of a county on PostgreSQL, which has been started once."""
        other = self._program(name, "yizhan-county", ())
        address = f"127.0.0.1:{listen}"
        await self.run("yizhan-county", "attach", county.data, other.data, "--listen", address)
        return other

    async def hub(
        self,
        name: str,
        code: str,
        title: str,
        *,
        url: str = "",
        prefix: tuple[str, ...] = (),
    ) -> Program:
        """A new hub below the county, joined and not yet running."""
        hub = self._program(name, "yizhan-hub", prefix)
        hub.url = url or f"https://127.0.0.1:{free_port()}"
        await self._enrol(hub, "hub", code, title, "--url", hub.url)
        return hub

    async def station(
        self, name: str, code: str, title: str, parent: Program, *, prefix: tuple[str, ...] = ()
    ) -> Program:
        """A new station below ``parent``, joined and not yet running."""
        station = self._program(name, "yizhan-station", prefix)
        await self._enrol(station, "station", code, title, "--parent", parent.node)
        return station

    async def start(self, program: Program, *options: str) -> None:
        """Start its process and wait until it says that it is ready."""
        verb = "run" if program.command == "yizhan-station" else "serve"
        log = (self.folder / f"{program.name}.log").open("ab")
        try:
            program.process = await self.spawn(
                (*program.prefix, _PROGRAMS / program.command, *options, verb, program.data),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=dict(os.environ),
            )
        finally:
            log.close()
        stdout = program.process.stdout
        line = await asyncio.wait_for(stdout.readline(), _READY_S) if stdout else b""
        if not line.startswith(b"ready"):
            text = (self.folder / f"{program.name}.log").read_text("utf-8")[-2000:]
            raise CommandError([program.command, verb], program.process.returncode or -1, text)

    async def stop(self, program: Program) -> None:
        """End its process in order."""
        if program.process is not None and program.running:
            program.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(program.process.wait(), _STOP_S)

    async def kill(self, name: str) -> None:
        """End its process at once, as a power cut would end it."""
        process = self.programs[name].process
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def run(self, command: str, *args: object, prefix: tuple[str, ...] = ()) -> str:
        """Run one command to its end; what it printed.

        Raises:
            CommandError: it ended with another exit code than 0.
        """
        argv = [*prefix, str(_PROGRAMS / command), *map(str, args)]
        process = await self.spawn(
            argv,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONASYNCIODEBUG": ""},
        )
        stdout, stderr = await process.communicate()
        if process.returncode:
            raise CommandError(argv, process.returncode, stderr.decode(), stdout.decode())
        return stdout.decode()

    async def spawn(
        self,
        argv: Sequence[object],
        *,
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
        env: dict[str, str],
    ) -> asyncio.subprocess.Process:
        """A process with nothing to read; its streams as :mod:`subprocess` takes them."""
        return await asyncio.create_subprocess_exec(
            *map(str, argv),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=env,
        )

    async def ask(self, program: Program, verb: str, *args: object) -> Any:  # noqa: ANN401
        """Run a command of ``program``'s on its folder; the JSON document that it printed."""
        return json.loads(await self.run(program.command, verb, program.data, *args))

    def _program(self, name: str, command: str, prefix: tuple[str, ...]) -> Program:
        program = Program(name=name, command=command, data=self.folder / name, prefix=prefix)
        self.programs[name] = program
        return program

    async def _enrol(self, program: Program, role: str, code: str, title: str, *more: str) -> None:
        county, kit = self.programs["county"], self.folder / f"{program.name}.kit"
        added = json.loads(
            await self.run(
                "yizhan-provision",
                "add",
                county.data,
                "--role",
                role,
                "--code",
                code,
                "--name",
                title,
                "--kit",
                kit,
                *more,
            )
        )
        program.node = added["node"]
        join = ("join", kit, "--data", program.data, "--code", added["code"])
        await self.run(program.command, *join, prefix=program.prefix)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
