"""How a form was signed: by whose hand, before whom, in ink on which paper.

Who signs for somebody else has a witness, and neither signer nor clerk is that witness. The names
are in the form, so that station and county judge alike.

Source: docs/forms.md, "Signing".
"""

from collections.abc import Iterator

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.faults import SIGNING, WITNESS, FormFault, fault, missing
from protocol.catalogue.forms.kinds import GUARDIAN, PROXY
from protocol.catalogue.forms.walk import Path
from protocol.text import person_name

NEEDED = {PROXY: ("signer", "witness", "clerk"), GUARDIAN: ("signer", "relation")}
"""By way of signing: what has to be said of it."""


def signing_faults(value: FormData, path: Path, schema: Schema) -> Iterator[FormFault]:
    """What is wrong with a signature whose parts are right one by one.

    Args:
        schema: of the whole form, for the titles.
    """
    way = value.get("way")
    for name in NEEDED.get(str(way), ()):
        if not _name(value.get(name)):
            yield missing(schema, (*path, name))
    witness = _name(value.get("witness"))
    if witness and witness == _name(value.get("clerk")):
        yield fault(schema, WITNESS, (*path, "witness"), "见证人不能是经办人本人")
    if witness and witness == _name(value.get("signer")):
        yield fault(schema, WITNESS, (*path, "witness"), "见证人不能是代签人或监护人本人")
    if way not in NEEDED and value.get("signer"):
        yield fault(schema, SIGNING, (*path, "signer"), "本人签名或捺印时不填")


def _name(value: object) -> str:
    """A name as it counts when two are compared."""
    return person_name(value).replace(" ", "") if isinstance(value, str) else ""
