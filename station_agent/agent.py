"""The agent: owns the data folder, answers commands, and exchanges until it is told to stop."""

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from protocol.errors import YizhanError
from protocol.ports import Clock, Randomness
from runtime.control.calls import LazyOperations
from runtime.control.owner import Operation, Owner
from runtime.jobs.supervise import keep_running
from runtime.portable import stop_on_signals
from station_agent.app import Station
from station_agent.control_client import require_folder
from station_agent.desk_port import keep_port
from station_agent.opening import open_station

log = logging.getLogger(__name__)

_LAST_WORDS_S = 5.0  # for the running exchange to end in order


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOpener:
    """What it takes to open the desk once the agent is ready."""

    data: Path
    clock: Clock
    randomness: Randomness
    tell: Callable[[str], object]  # told its URL
    metrics: str = ""  # where numbers are told, if not as the settings say

    async def open(self, stack: AsyncExitStack, station: Station) -> None:
        """Open it until ``stack`` closes; if that can't be, say so and let the agent run on."""
        door = station.door
        try:
            port = await asyncio.to_thread(keep_port, self.data, self.randomness)
            if not port:
                return
            await asyncio.to_thread(importlib.import_module, "station_agent.desk.opening")
            door.opened(await self._open(stack, station, port))
        except YizhanError as exc:
            door.failed(exc)
            log.warning("the desk is not open", extra={"event": "desk.closed", **exc.fields()})
        else:
            self.tell(door.url)

    async def tell_figures(self, stack: AsyncExitStack, station: Station) -> None:
        """Answer whoever watches over the programs, where an address is set; else nothing runs."""
        address = self.metrics or station.config.metrics
        if not address:
            return
        from station_agent.doctor.opened import figures_of  # noqa: PLC0415 - only then

        try:
            await figures_of(station).open(stack, address)
        except YizhanError as exc:
            log.warning("no metrics", extra={"event": "metrics.closed", **exc.fields()})

    async def _open(self, stack: AsyncExitStack, station: Station, port: int) -> str:
        from station_agent.desk.intake.left import LeftForms  # noqa: PLC0415
        from station_agent.desk.keys import Desk  # noqa: PLC0415 - after "ready"
        from station_agent.desk.opening import open_desk  # noqa: PLC0415
        from station_agent.exchange.operations import ExchangeOperations  # noqa: PLC0415
        from station_agent.intake.operations import IntakeOperations  # noqa: PLC0415
        from station_agent.stick.operations import StickOperations  # noqa: PLC0415

        desk = Desk(
            door=station.door,
            clerks=station.clerks,
            forgotten=station.forgotten,
            status=station.status,
            situation=station.situation,
            exchange=ExchangeOperations(
                database=station.database, exchange=station.exchanges.service
            ),
            stick=StickOperations(station.stick),
            results=station.results,
            applying=IntakeOperations(
                database=station.database,
                intake=station.taking.service,
                questions=station.taking.questions,
            ),
            intake=station.taking.service,
            slips=station.serving().slips,
            verifier=station.serving().verifier,
            randomness=self.randomness,
            drafts=station.drafts,
            queueing=station.queueing,
            batches=station.gathering,
            papers=station.keeping,
            follow_ups=station.follow_ups,
            answers=station.answers,
            originals=station.serving().originals,
            ratings=station.ratings,
            filings=station.serving().filings,
            publicity=station.serving().publicity,
            circulars=station.serving().circulars,
            left=LeftForms(station.clerks.vault),
        )
        return await open_desk(
            stack,
            desk,
            unlocking=station.unlocking,
            identity=station.identity,
            port=port,
            idle_s=station.config.desk_idle_s,
            command=f"yizhan-station desk {self.data}",
            clock=self.clock,
            randomness=self.randomness,
        )


async def run_agent(
    data: Path,
    *,
    clock: Clock,
    randomness: Randomness,
    ready: Callable[[], object],
    desk: Callable[[str], object] = lambda _: None,
    metrics: str = "",
) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` is called once commands are answered.

    Args:
        desk: told the URL of the clerk's desk once it is open.
        metrics: where to tell numbers, if not as the settings say.

    Raises:
        InUseError: another process owns the folder.
        NotJoinedError: it is no station's folder.
    """
    require_folder(data)
    stop = asyncio.Event()
    stop_on_signals(stop)
    owner = await Owner(data).lock()
    opener = DeskOpener(data=data, clock=clock, randomness=randomness, tell=desk, metrics=metrics)
    try:
        while not stop.is_set():
            async with open_station(data, clock=clock, randomness=randomness) as station:
                await owner.serve(LazyOperations(partial(_operations, station)))
                ready()
                ready = _nobody_waits
                await _work(station, stop, clock, opener)
                opener = replace(opener, tell=_nobody_is_told)
                if not stop.is_set():
                    await owner.pause()  # new keys are there: everything is opened anew
    finally:
        await owner.close()


def _operations(station: Station) -> Mapping[str, Operation]:
    from station_agent.operations import operations  # noqa: PLC0415 - 1 MB, for the first question

    return operations(station)


def _nobody_waits() -> None:
    """The agent opened its folder anew; it was ready before."""


def _nobody_is_told(_: str) -> None:
    """The desk opened anew at the same place."""


async def _work(station: Station, stop: asyncio.Event, clock: Clock, opener: DeskOpener) -> None:
    from station_agent.jobs import slow_jobs  # noqa: PLC0415 - after "ready"

    exchange = station.exchanges.service
    exchanging = asyncio.create_task(
        asyncio.Event().wait()  # in training nobody is ever called
        if station.identity.training
        else keep_running("exchange", exchange.run, pulse=exchange.pulse, clock=clock)
    )
    ends = [asyncio.create_task(event.wait()) for event in (stop, station.renewal.ready)]
    try:
        async with (
            slow_jobs(
                station.upkeep.housekeeping,
                station.upkeep.inquiry,
                station.renewal,
                station.numbers,
            ),
            AsyncExitStack() as stack,
        ):
            await opener.tell_figures(stack, station)
            await opener.open(stack, station)
            await _put_in_order(station)
            await asyncio.wait({exchanging, *ends}, return_when=asyncio.FIRST_COMPLETED)
            exchange.stop()
            await asyncio.wait({exchanging}, timeout=_LAST_WORDS_S)
    finally:
        for end in ends:
            end.cancel()
        exchanging.cancel()
        with suppress(asyncio.CancelledError):
            await exchanging


async def _put_in_order(station: Station) -> None:
    """A village PC is switched off every night: jobs of an hour or a day would never come."""
    try:
        await station.upkeep.housekeeping.daily()
        await station.upkeep.housekeeping.hourly()
        await station.upkeep.inquiry.ask()
        await station.renewal.look()
        await station.numbers.look()
    except YizhanError as exc:
        log.warning("housekeeping failed", extra={"event": "housekeeping.failed", "code": exc.code})
