"""A draft that two pages fill in at once: both texts at each field where they differ.

Source: docs/operations.md, "Drafts".
"""

from collections.abc import Iterator, Mapping

from protocol.catalogue.forms.faults import ELSEWHERE, FormFault
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import path_of
from protocol.catalogue.forms.words import named
from runtime.web.numbers import whole_number
from runtime.web.words import second
from station_agent.drafts.both import Seen, differing
from station_agent.drafts.content import DraftContent

TAB, SEEN, SETTLES = "-tab", "-seen", "-both"  # no field of a form has such names
_TAB_CHARS = 40


def seen_by(texts: Mapping[str, str]) -> Seen | None:
    """What the page that sends this knew; None: it does not say."""
    told = whole_number(texts.get(SEEN, ""))
    if TAB not in texts or told is None:
        return None
    return Seen(page=texts[TAB][:_TAB_CHARS], saved_ms=told, settles=SETTLES in texts)


def two_texts(
    schema: FormSchema, content: DraftContent, typed: Mapping[str, str] | None
) -> Iterator[FormFault]:
    """Of each field that says different things, both, at the field.

    Args:
        typed: what stands in the fields of the page; None: what the draft keeps.
    """
    aside = content.aside
    if aside is None:
        return
    for one in differing(content.texts, aside.texts):
        path = path_of(one.name)
        if typed is None:
            words = f"{aside.clerk} {second(aside.at_ms)} 另外填的是“{one.aside}”，没有存进来"
        else:
            words = (
                f"另一处存的是“{one.kept}”，这里填的是“{one.aside}”；留下哪个就写哪个，再按“核对”"
            )
        yield FormFault(
            code=ELSEWHERE,
            path=path,
            label="",
            words=words,
            title=named(schema.meant, path),
            short=words,
        )
