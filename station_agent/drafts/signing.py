"""How an application was signed on paper, as it was ticked on the page to read out.

Of a form that asks it itself nothing is ticked there. What is not signed is marked, never refused.

Source: docs/operations.md, "How an application was taken in".
"""

from collections.abc import Mapping

from protocol.catalogue.forms.kinds import SIGNING
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import fields
from protocol.errors import UsageError
from protocol.limits import MAX_NAME_CHARS
from protocol.records.taken_in import Signature, SignedHow
from protocol.text import person_name

CHECK_PAGE = "check"  # under which a draft keeps what was said on the page to read out
SIGNED, WITNESS, PHOTO = "-signed", "-witness", "-photo"  # fields of it; no form has such
UNSIGNED = Signature(how=SignedHow.UNSIGNED)


def signs_apart(schema: FormSchema) -> bool:
    """Whether the page to read out asks how it was signed: the form does not."""
    return not any(one.get("field") == SIGNING for one in fields(schema.document).values())


def signature_said(said: Mapping[str, str]) -> Signature | None:
    """How it was signed; None: nothing was ticked.

    Args:
        said: texts by the names of the page's fields.

    Raises:
        UsageError: too long.
    """
    how = said.get(SIGNED, "")
    if how not in (SignedHow.INK.value, SignedHow.PRINT.value):
        return None
    witness = person_name(short(said, WITNESS))
    return Signature(how=SignedHow(how), witness=witness, material=short(said, PHOTO))


def short(said: Mapping[str, str], name: str, most: int = MAX_NAME_CHARS) -> str:
    """What was typed into a field. Raises UsageError: more than it takes."""
    text = said.get(name, "").strip()
    if len(text) > most:
        raise UsageError(f"{name}: {len(text)} > {most}")
    return text
