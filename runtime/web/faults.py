"""Faults of a form on a page: in Chinese as the check says them, in English by their codes."""

from protocol.catalogue.forms.faults import FormFault

ENGLISH = {
    "form.missing": "has to be filled in",
    "form.unknown-field": "the form has no such field",
    "form.type": "is not of the right type",
    "form.choice": "is none of the choices",
    "form.length": "is too short or too long",
    "form.range": "is too small or too large",
    "form.pattern": "is not written as it has to be",
    "form.format": "is not written as it has to be, or its check digit is wrong",
    "form.rows": "has too few or too many rows",
    "form.repeated": "has something twice",
    "form.rule-require": "has to be filled in here",
    "form.rule-forbid": "has to stay empty here",
    "form.rule-hidden": "has to stay empty here",
    "form.derived": "is not what the resident number says",
    "form.witness": "the witness is the clerk or the signer",
    "form.signing": "does not belong to this way of signing",
    "form.returned": "the county wants this corrected",
    "form.elsewhere": "somebody else has filled in this draft, too",
    "form.other": "breaks a rule",
}
"""By code; where an author has a word about it, that follows in Chinese."""

_AUTHORED = (
    "form.rule-require",
    "form.rule-forbid",
    "form.rule-hidden",
    "form.returned",
    "form.elsewhere",
)


def fault_words(fault: FormFault, language: str) -> str:
    """What is wrong, beside the field it belongs to."""
    if language != "en":
        return fault.short
    words = ENGLISH.get(fault.code, fault.code)
    return f"{words} ({fault.short})" if fault.code in _AUTHORED else words
