"""The agent: owns the data folder, answers commands, and exchanges until it is told to stop."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
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
from station_agent.opening import open_station

log = logging.getLogger(__name__)

_LAST_WORDS_S = 5.0  # for the running exchange to end in order


async def run_agent(
    data: Path, *, clock: Clock, randomness: Randomness, ready: Callable[[], object]
) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` is called once commands are answered.

    Raises:
        InUseError: another process owns the folder.
        NotJoinedError: it is no station's folder.
    """
    require_folder(data)
    stop = asyncio.Event()
    stop_on_signals(stop)
    owner = await Owner(data).lock()
    try:
        while not stop.is_set():
            async with open_station(data, clock=clock, randomness=randomness) as station:
                await owner.serve(LazyOperations(partial(_operations, station)))
                ready()
                ready = _nobody_waits
                await _work(station, stop, clock)
                if not stop.is_set():
                    await owner.pause()  # new keys are there: everything is opened anew
    finally:
        await owner.close()


def _operations(station: Station) -> Mapping[str, Operation]:
    from station_agent.operations import operations  # noqa: PLC0415 - 1 MB, for the first question

    return operations(station)


def _nobody_waits() -> None:
    """The agent opened its folder anew; it was ready before."""


async def _work(station: Station, stop: asyncio.Event, clock: Clock) -> None:
    from station_agent.jobs import slow_jobs  # noqa: PLC0415 - after "ready"

    exchange = station.exchange
    exchanging = asyncio.create_task(
        keep_running("exchange", exchange.run, pulse=exchange.pulse, clock=clock)
    )
    ends = [asyncio.create_task(event.wait()) for event in (stop, station.renewal.ready)]
    try:
        async with slow_jobs(
            station.housekeeping, station.inquiry, station.renewal, station.numbers
        ):
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
        await station.housekeeping.daily()
        await station.housekeeping.hourly()
        await station.inquiry.ask()
        await station.renewal.look()
        await station.numbers.look()
    except YizhanError as exc:
        log.warning("housekeeping failed", extra={"event": "housekeeping.failed", "code": exc.code})
