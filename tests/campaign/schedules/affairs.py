"""What the county's administrator does to nodes, keys and links while applications travel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drain:
    """The administrator withdraws the station of ``pc``: it may send what it has, people look."""

    pc: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The station of ``pc`` may work again."""

    pc: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more of the station of ``pc`` is taken."""

    pc: str


@dataclass(frozen=True, slots=True)
class ReplacePc:
    """``pc`` is broken for good; another one joins under its station's name, and begins empty."""

    pc: str


@dataclass(frozen=True, slots=True)
class Judge:
    """A person looks at what lies in the review queue, and lets it in."""


@dataclass(frozen=True, slots=True)
class AnnounceKeys:
    """The county makes its next opening keys, and names them on the roster."""


@dataclass(frozen=True, slots=True)
class UseKeys:
    """The county lets everybody seal for the keys that it has announced, if they are safe."""


@dataclass(frozen=True, slots=True)
class AnnounceAuthority:
    """The county makes its next TLS authority, and names it on the roster."""


@dataclass(frozen=True, slots=True)
class UseAuthority:
    """Certificates are of the announced TLS authority from now on."""


@dataclass(frozen=True, slots=True)
class DropAuthorities:
    """Certificates of former TLS authorities count no more, whoever has no other."""


@dataclass(frozen=True, slots=True)
class Renew:
    """The clerk at ``pc`` asks for new keys; they are taken when they have come."""

    pc: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The link between ``node`` and its parent carries no files, or next to nothing, or all."""

    node: str
    lanes: str = "blobs"  # or "link", or "" to lift the limit


@dataclass(frozen=True, slots=True)
class Detour:
    """The line from ``pc`` to its hub is dead from now on; it calls another hub in its place."""

    pc: str
    hub: str = "hub2"


@dataclass(frozen=True, slots=True)
class LoneRelease:
    """The county publishes another release of the catalogue, and makes no backup of it."""


Affair = (
    Drain
    | Resume
    | Stop
    | ReplacePc
    | Judge
    | AnnounceKeys
    | UseKeys
    | AnnounceAuthority
    | UseAuthority
    | DropAuthorities
    | Renew
    | Limit
    | Detour
    | LoneRelease
)
