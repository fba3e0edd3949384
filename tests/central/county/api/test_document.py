"""The OpenAPI document is one, and what it says of each address is so."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from central.county.api.document import document
from central.county.api.guard import RATES
from central.county.api.routes import ROUTES
from tests.central.county.api.apis import Api, api_of
from tests.central.county.centre import Centre

EXAMPLES = 12  # of each address; more of them in make test-slow
MANY = 150
NOT_SAID: list[Any] = [positive_data_acceptance, negative_data_rejection]
"""No schema says what a cursor is, and fields that nobody knows are passed over."""


def test_it_is_valid_and_names_every_address() -> None:
    validate(document())
    named = {(way.upper(), path) for path, ways in document()["paths"].items() for way in ways}
    assert named == {(route.method, route.path) for route in ROUTES}


async def asked_as_described(centre: Centre, examples: int) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    async with api_of(centre) as api:
        await api.token("接口")
        schema = schemathesis.openapi.from_dict(dict(document()))
        found: list[Any] = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
        for operation in found:
            await asyncio.to_thread(_play, api, operation, examples)


def _play(api: Api, operation: Any, examples: int) -> None:
    """Send what the document allows, and hold each answer against it."""
    base, headers = str(api.client.make_url("/")), {"Authorization": f"Bearer {api.known['接口']}"}
    rates = api.client.app[RATES]

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    def play(case: Any) -> None:
        rates.forget()
        case.call_and_validate(base_url=base, headers=headers, excluded_checks=NOT_SAID)

    play()


async def test_each_address_answers_as_it_is_described(centre: Centre) -> None:
    await asked_as_described(centre, EXAMPLES)


@pytest.mark.slow
async def test_each_address_answers_as_it_is_described_many_times(centre: Centre) -> None:
    await asked_as_described(centre, MANY)
