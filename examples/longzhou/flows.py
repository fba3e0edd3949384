"""The ways that cases of the sample county take, with the time of each step."""

from typing import Any, TypeAlias

from protocol.catalogue.calendars.due import read_limit

Json: TypeAlias = dict[str, Any]

_WINDOW = "window"


def make_flow(nodes: list[Json], department: str, promised: str, window: str) -> list[Json]:
    """Return the nodes of a flow.

    Args:
        nodes: as ``flows.toml`` writes them.
        promised: the limit that they share.
        window: of publicity, which does not count in it.
    """
    limits = _limits([node["share"] for node in nodes], promised, window)
    return [
        {
            **{key: node[key].format(department=department) for key in node if key != "share"},
            **({"limit": limit} if limit else {}),
        }
        for node, limit in zip(nodes, limits, strict=True)
    ]


def _limits(shares: list[int | str], promised: str, window: str) -> list[str]:
    """What each node may take; if there is too little to share, the heaviest takes all of it."""
    limit = read_limit(promised)
    count, unit = limit.count, limit.unit.value
    weights = [share if isinstance(share, int) else 0 for share in shares]
    if count < sum(weight > 0 for weight in weights) * 2:
        parts = [0] * len(weights)
        parts[weights.index(max(weights))] = count
    else:
        parts = [max(1, count * weight // sum(weights)) if weight else 0 for weight in weights]
    return [
        window if share == _WINDOW else f"{part}{unit}" if part else ""
        for share, part in zip(shares, parts, strict=True)
    ]
