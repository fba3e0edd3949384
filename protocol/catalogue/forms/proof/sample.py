"""Forms made from their schema: shown as a preview, and used to prove that conditions can hold.

Made without chance: the same schema gives the same form. Numbers of people are made up and belong
to nobody alive.

Source: docs/forms.md, "What publishing proves".
"""

from typing import Any

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.kinds import GUARDIAN, KINDS, PROXY, SIGNING, type_of
from protocol.catalogue.forms.patterns import PatternError, made_to_fit
from protocol.catalogue.forms.rules import is_filled
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.signing import NEEDED
from protocol.catalogue.forms.walk import fields, items, required

_ROUNDS = 5  # of rules that require what other rules look at
_NAMES = {"signer": "样一", "witness": "样二", "clerk": "样三", "relation": "父亲"}
_TEXT = "样例"


def sample_form(
    schema: FormSchema, fixed: FormData | None = None, *, full: bool = False
) -> dict[str, Any] | None:
    """A form that passes the check, with the required fields filled; None: none was found.

    Args:
        fixed: what has to stand in it; a field that it gives as None stays empty.
        full: every field that may be filled is.
    """
    document, given = schema.meant, dict(fixed or {})
    form = {key: value for key, value in given.items() if value is not None}
    for _ in range(_ROUNDS):
        shut = schema.rules.forbidden(form)
        wanted = [*schema.rules.required(form), *required(schema.document)]
        wanted += fields(document) if full else []
        for key in shut:
            if key not in given:
                form.pop(key, None)
        more = [
            key for key in wanted if not is_filled(form.get(key)) and key not in (*shut, *given)
        ]
        if not more:
            break
        form |= {key: sample_value(fields(document).get(key, {}), full=full) for key in more}
    ordered = {key: form[key] for key in (*fields(document), *form) if key in form}
    made = with_derived(_as_known(ordered, given, document), document)
    made = {key: value for key, value in made.items() if given.get(key, value) is not None}
    made = {
        key: value
        for key, value in made.items()
        if key in form or key not in schema.rules.forbidden(form)
    }
    return made if schema.fits(made) else None


def sample_value(schema: Schema, *, full: bool = False) -> Any:  # noqa: ANN401 - JSON
    """A value that most likely fits a field."""
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    match type_of(schema):
        case "object":
            return _object(schema, full=full)
        case "array":
            return _entries(schema, full=full)
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case _:
            return _text(schema)


def sample_signing(way: str = "签名") -> dict[str, Any]:
    """A signature of each way."""
    needed = NEEDED.get(way, ()) if way in (PROXY, GUARDIAN) else ()
    return {"way": way, "paper": "原件留存"} | {name: _NAMES[name] for name in needed}


def _object(schema: Schema, *, full: bool) -> dict[str, Any]:
    if schema.get("field") == SIGNING:
        return sample_signing()
    must = required(schema)
    made = {
        key: sample_value(one, full=full)
        for key, one in fields(schema).items()
        if full or key in must
    }
    return with_derived(_as_known(made, {}, schema), schema)


def _as_known(form: FormData, given: FormData, schema: Schema) -> dict[str, Any]:
    """``form`` without derived fields that were made up: they follow from others."""
    made_up = {key for key, one in fields(schema).items() if "derived" in one and key not in given}
    return {key: value for key, value in form.items() if key not in made_up}


def _entries(schema: Schema, *, full: bool) -> list[Any]:
    count = max(int(schema.get("minItems", 0)), 1 if full else 0)
    return [sample_value(items(schema), full=full) for _ in range(count)]


def _number(schema: Schema) -> Any:  # noqa: ANN401 - a whole number where the bounds are
    """The least multiple that is in bounds, or 1."""
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 1))
    if low is None:
        low = min(1, high)
    start = -(-low // step) * step
    beyond = start == schema.get("exclusiveMinimum") or start == schema.get("exclusiveMaximum")
    return start + (step if "exclusiveMinimum" in schema else -step) if beyond else start


def _text(schema: Schema) -> str:
    if (kind := KINDS.get(str(schema.get("format", "")))) is not None:
        return str(kind.sample)
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    if "pattern" in schema:
        try:
            return made_to_fit(schema["pattern"]).ljust(least, "0")
        except PatternError:
            return ""
    examples = schema.get("examples")
    text = str(examples[0]) if examples else _TEXT
    text = text if most is None else text[:most]
    return text.ljust(least, "样")
