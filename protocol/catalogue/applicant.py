"""Who applies, as far as a form tells: for lists that people read, at village and county alike."""

from collections.abc import Mapping

from protocol.catalogue.documents import FormData, Schema

_NAMES = ("applicant_name", "name", "xm")
_TITLES = ("申请人姓名", "申请人", "姓名", "申请单位", "单位名称")


def applicant_name(schema: Schema, form: FormData) -> str:
    """By the title of a field in the item's schema, else by its key; empty if neither tells."""
    fields = schema.get("properties", {})
    for key, rule in fields.items() if isinstance(fields, Mapping) else ():
        title = rule.get("title", "") if isinstance(rule, Mapping) else ""
        if title in _TITLES and isinstance(form.get(key), str):
            return str(form[key])
    return next((form[key] for key in _NAMES if isinstance(form.get(key), str)), "")
