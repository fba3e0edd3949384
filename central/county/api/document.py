"""The OpenAPI document, made of the routes and the types that they take and give."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from central.county.api.models import MAX_KEY_CHARS
from central.county.api.routes import ROUTES, Route
from central.county.api.shapes import Refusal
from central.county.flows.exchange import TABLES
from protocol.json_schema import schemas

_UNDER = "#/components/schemas/"
_JSON, _LINES = "application/json", "application/x-ndjson"
_PART = {"type": "string", "minLength": 1}
_PARTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "case": ("Number of a case, number of a block, or application id.", _PART),
    "action": ("Of the table in docs/casework.md: accept.", _PART),
    "table": ("Name of a table.", {"type": "string", "enum": [*TABLES]}),
}
_REFUSED = {
    "400": "The request is not as described.",
    "401": "No token, or one that counts no more.",
    "403": "The token, or its account, may not.",
    "404": "There is no such case, action or table.",
    "409": "The case is not ready for it, or not as it was seen.",
    "410": "The county was restored: read the events from the beginning.",
    "413": "The body is too large.",
    "422": "Something of the step is missing or wrong.",
    "429": "Too many requests of this token.",
    "503": "Not now: try again later.",
}


@cache
def document() -> Mapping[str, Any]:
    """The whole of it."""
    types = [one for route in ROUTES for one in (route.takes, route.gives) if one]
    made, named = schemas([*types, Refusal], under=_UNDER)
    of_type = dict(zip([*types, Refusal], made, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, of_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "驿站 Yizhan",
            "version": "1",
            "description": "The API of a county for department systems: docs/api.md.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": named,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, of_type: Mapping[type, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": route.words,
        "description": f"Needs a token with the right `{route.right.value}`.",
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {"200": _given(route, of_type), **_refusals(of_type)},
    }
    if route.takes:
        content = {_JSON: {"schema": of_type[route.takes]}}
        found["requestBody"] = {"required": True, "content": content}
        found["parameters"].append(_key())
    return found


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": words, "schema": schema}
        for name, (words, schema) in _PARTS.items()
        if f"{{{name}}}" in route.path
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": one.words, "schema": one.schema}
        for name, one in route.query.items()
    ]


def _key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A word of the sender's: sent again within 24 hours it is done once.",
        "schema": {"type": "string", "maxLength": MAX_KEY_CHARS},
    }


def _given(route: Route, of_type: Mapping[type, Any]) -> dict[str, Any]:
    if route.gives:
        return {"description": "Done.", "content": {_JSON: {"schema": of_type[route.gives]}}}
    after = {"description": "For the next page.", "schema": {"type": "string"}}
    return {
        "description": "A row of the table on each line, all values texts.",
        "headers": {"X-After": after},
        "content": {_LINES: {"schema": {"type": "string"}}},
    }


def _refusals(of_type: Mapping[type, Any]) -> dict[str, Any]:
    content = {_JSON: {"schema": of_type[Refusal]}}
    return {code: {"description": words, "content": content} for code, words in _REFUSED.items()}
