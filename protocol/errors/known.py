"""Every error that there is, so that a peer's code becomes one of them again.

Those of single rooms are imported from where they are; here they are only made known, once somebody
asks for one by its code: a station that is never refused anything holds none of them.
"""

from importlib import import_module

from protocol.errors.base import RefusedError, YizhanError

ROOMS = (
    *(
        "answers",
        "api",
        "archive",
        "casework",
        "desk",
        "documents",
        "drafts",
        "fees",
        "market",
        "numbers",
    ),
    *("offices", "posts", "publishing", "ratings", "reports", "scans", "slips", "supervision"),
    "training",
)


def every_error(base: type[YizhanError] = YizhanError) -> list[type[YizhanError]]:
    """``base`` and everything below it, parents first."""
    for room in ROOMS:
        import_module(f"protocol.errors.{room}")
    return _with_those_below(base)


def _with_those_below(base: type[YizhanError]) -> list[type[YizhanError]]:
    return [base, *(e for child in base.__subclasses__() for e in _with_those_below(child))]


def from_code(code: str, detail: str) -> YizhanError:
    """The error that a peer named by its code; an unknown code becomes a RefusedError."""
    kinds = {kind.code: kind for kind in every_error()}
    return kinds.get(code, RefusedError)(detail)
