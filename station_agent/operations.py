"""What commands ask of a station: run in this process, or in the one that owns the folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocol.catalogue.batch import refusal
from protocol.catalogue.fees.of_item import read_day
from protocol.codec import to_json
from protocol.errors import YizhanError
from protocol.ids import application_id
from protocol.numbers.number import NumberKind
from protocol.trust.schedule import local_time
from runtime.cli.failures import in_words
from runtime.control.owner import Operation, Report
from runtime.sticks.command import stick_operations
from station_agent.app import Station
from station_agent.intake.items import fee_of_item, list_items, show_item
from station_agent.intake.repeats import Submission
from station_agent.store import numbers, outbox, refusals

if TYPE_CHECKING:
    from runtime.line.conversation import Tally


def operations(station: Station) -> Mapping[str, Operation]:
    """Every operation by its name; arguments and results are plain JSON values."""

    async def submit(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        application = await station.intake.submit(
            _submission(args), lambda done, total: report({"done": done, "total": total})
        )
        return await _with_number(station, {"application": application})

    async def submit_many(args: Mapping[str, Any], _: Report) -> list[dict[str, Any]]:
        return await _submit_all(station, args["applications"])

    async def exchange(_: Mapping[str, Any], report: Report) -> dict[str, Any]:
        total = await station.database.read(outbox.waiting_bytes)

        def tell(tally: "Tally") -> None:
            report({"done": min(tally.bytes_up, total), "total": total})

        tally = await station.exchange.now(tell)
        return {
            "items_up": tally.items_up,
            "items_down": tally.items_down,
            "bytes_up": tally.bytes_up,
            "bytes_down": tally.bytes_down,
        }

    async def status(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await station.status.status(args["password"], args.get("newest"))

    async def result(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        folder = Path(args["folder"]) if args["folder"] else None
        return await station.status.result(str(args["application"]), folder, args["password"])

    async def retry(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        offered = await station.database.write(refusals.offer_again)
        station.exchange.new_work()
        return {"offered": offered}

    async def renew(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        await station.renewal.ask()
        return {"node": station.identity.node}

    return {
        **_item_operations(station),
        **_number_operations(station),
        "renew": renew,
        "retry": retry,
        "submit": submit,
        "submit-many": submit_many,
        "exchange": exchange,
        "status": status,
        "result": result,
        **stick_operations("station", station.stick),
    }


def _number_operations(station: Station) -> Mapping[str, Operation]:
    async def status(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        return await station.numbers.status()

    async def void(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        kind = NumberKind(args["kind"])
        return await station.numbers.void(kind, args["count"], args["reason"])

    async def ticket(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await station.numbers.ticket(application_id(args["application"]))

    return {"numbers": status, "void-numbers": void, "ticket": ticket}


async def _with_number(station: Station, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to whoever handed in, with the number that the citizen may be told."""
    own = answer["application"]
    found = await station.database.read(lambda tx: numbers.of_applications(tx, [own]))
    return answer | ({"number": found[own]} if own in found else {})


def _item_operations(station: Station) -> Mapping[str, Operation]:
    async def items(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await station.database.read(lambda tx: list_items(tx, args["text"]))

    async def item(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await station.database.read(lambda tx: show_item(tx, args["item"]))

    async def fee(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        now_ms = station.status.eta_estimator.trusted.best_ms()
        day = read_day(args["day"]) if args["day"] else local_time(now_ms).date()
        found = await station.database.read(
            lambda tx: fee_of_item(tx, args["item"], args["facts"], day)
        )
        answer: dict[str, Any] = to_json(found)
        return answer

    return {"items": items, "item": item, "fee": fee}


async def _submit_all(
    station: Station, applications: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """An answer for each, whatever is wrong with another."""
    read = [_read(one) for one in applications]
    good = [one for one in read if isinstance(one, Submission)]
    errors = iter(await station.intake.submit_all(good))
    answers = [
        _answer(one, next(errors)) if isinstance(one, Submission) else refusal(one) for one in read
    ]
    return [await _with_number(station, one) if "application" in one else one for one in answers]


def _answer(submission: Submission, error: YizhanError | None) -> dict[str, Any]:
    return refusal(error) if error else {"application": submission.application}


def _read(args: Mapping[str, Any]) -> Submission | YizhanError:
    try:
        return _submission(args)
    except Exception as exc:  # noqa: BLE001 - one line must not silence the others
        return in_words(exc)


def _submission(args: Mapping[str, Any]) -> Submission:
    return Submission(
        application=application_id(args["application"]),
        item=args["item"],
        form=args["form"].encode(),
        files=[(material, Path(file)) for material, file in args["files"]],
        corrects=args.get("corrects", ""),
    )
