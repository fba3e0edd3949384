"""What commands ask of a station: run in this process, or in the one that owns the folder."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocol.catalogue.batch import refusal
from protocol.errors import YizhanError
from protocol.ids import application_id
from protocol.json_values import to_json
from protocol.numbers.number import NumberKind
from runtime.cli.failures import in_words
from runtime.control.owner import Operation, Report
from station_agent.app import Station
from station_agent.exchange.operations import ExchangeOperations
from station_agent.stick.operations import StickOperations
from station_agent.store import numbers

if TYPE_CHECKING:
    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.repeats import Submission


def operations(station: Station) -> Mapping[str, Operation]:
    """Every operation by its name; arguments and results are plain JSON values."""

    async def submit(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        application = await station.intake.submit(
            _submission(args), lambda done, total: report({"done": done, "total": total})
        )
        return await _with_number(station, {"application": application})

    async def submit_many(args: Mapping[str, Any], _: Report) -> list[dict[str, Any]]:
        return await _submit_all(station, args["applications"])

    return {
        **_item_operations(station),
        **_number_operations(station),
        "submit": submit,
        "submit-many": submit_many,
        **station.status.handlers(),
        **station.results.handlers(),
        **StickOperations(station.stick).handlers(),
        **ExchangeOperations(database=station.database, exchange=station.exchange).handlers(),
        **station.renewal.handlers(),
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
    @cache
    def questions() -> "ItemQuestions":
        from station_agent.intake.questions import ItemQuestions  # noqa: PLC0415 - 3 MB

        return ItemQuestions(
            database=station.database,
            division=station.identity.code,
            today=station.today,
            now_ms=station.status.eta_estimator.trusted.best_ms,
        )

    async def items(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await questions().items(args["text"])

    async def item(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        return await questions().item(args["item"])

    async def fee(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
        found: dict[str, Any] = to_json(
            await questions().fee(args["item"], args["facts"], args["day"])
        )
        return found

    return {"items": items, "item": item, "fee": fee}


async def _submit_all(
    station: Station, applications: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """An answer for each, whatever is wrong with another."""
    read = [_read(one) for one in applications]
    good = [one for one in read if not isinstance(one, YizhanError)]
    errors = iter(await station.intake.submit_all(good))
    answers = [
        refusal(one) if isinstance(one, YizhanError) else _answer(one, next(errors)) for one in read
    ]
    return [await _with_number(station, one) if "application" in one else one for one in answers]


def _answer(submission: "Submission", error: YizhanError | None) -> dict[str, Any]:
    return refusal(error) if error else {"application": submission.application}


def _read(args: Mapping[str, Any]) -> "Submission | YizhanError":
    try:
        return _submission(args)
    except Exception as exc:  # noqa: BLE001 - one line must not silence the others
        return in_words(exc)


def _submission(args: Mapping[str, Any]) -> "Submission":
    from station_agent.intake.repeats import Submission  # noqa: PLC0415 - the same

    return Submission(
        application=application_id(args["application"]),
        item=args["item"],
        form=args["form"].encode(),
        files=[(material, Path(file)) for material, file in args["files"]],
        corrects=args.get("corrects", ""),
    )
