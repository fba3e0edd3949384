"""What an administrator may ask for: the checks on a new node, and the kit that invites it.

Source: docs/protocol.md section 10.1; GB/T 2260 and GB/T 10114 for division codes.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from protocol.envelope.keys import PublicKeys
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import (
    DivisionError,
    NodeStateError,
    NodeTwiceError,
    NodeUnknownError,
    ParentUnknownError,
    UsageError,
    YizhanError,
)
from protocol.ids import DIVISION_DIGITS, NodeId, division_code
from protocol.limits import MAX_CONTACT_CHARS, MAX_NAME_CHARS
from protocol.text import without_marks
from protocol.trust.address import checked_url
from protocol.trust.kit import VERSION, Contact, Kit
from protocol.trust.roster import Role, Roster, RosterEntry, State
from provisioning.enrolment.address import check_free
from provisioning.policy import Policy

_TOWNSHIP_DIGITS = 9
COUNTY_DIGITS = 6  # the first ones of a division code, the same in all of a county


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A new node: its kit, and the one-time code that goes with it on its own paper."""

    node: NodeId
    code: str = field(repr=False)
    kit: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNode:
    """A node as an administrator names it, before anything of it was checked."""

    role: Role
    code: str  # division code, 6, 9 or 12 digits
    name: str
    parent: str | None = None  # node id, or division code of a county or hub; None: the county
    url: str = ""  # of a hub: https://host:port; empty if it is told at joining
    contact: str = ""  # who is called when something is wrong; never leaves the authority
    anyway: bool = False  # somebody was asked whether it may stand in another township's hub


def place(
    roster: Roster,
    newcomers: Sequence[NewNode],
    ids: Sequence[NodeId],
    policy: Policy,
    *,
    unique: bool = False,
) -> list[RosterEntry | YizhanError]:
    """The entry of each newcomer as if all were added at once, or why it can't be.

    A parent may be one of the newcomers, wherever that stands among them.

    Args:
        unique: refuse a second node of one role in one division.
    """
    nodes = dict(roster.nodes)
    growing = replace(roster, nodes=nodes)
    placed: dict[int, RosterEntry | YizhanError] = {}
    for at in sorted(range(len(newcomers)), key=lambda at: newcomers[at].role is Role.STATION):
        try:
            newcomer = newcomers[at]
            if newcomer.parent is None:
                usual = policy.parent_for(growing, newcomer.role, newcomer.code)
                newcomer = replace(newcomer, parent=usual)
            entry = invited_entry(growing, newcomer)
            if unique:
                require_free(growing, entry)
            policy.check_role(entry.role)
            require_open(growing, NodeId(entry.parent))
            policy.check_place(growing, entry)
            check_division(growing, entry, anyway=newcomer.anyway)
            placed[at] = nodes[ids[at]] = entry
        except YizhanError as exc:
            placed[at] = exc
    return [placed[at] for at in range(len(newcomers))]


def invited_entry(roster: Roster, newcomer: NewNode, *, own_url: str = "") -> RosterEntry:
    """The roster entry of a node that is to be invited.

    Args:
        own_url: an address that is this node's already.

    Raises:
        UsageError: role, code, name or URL is not one that a node may have.
        NodeUnknownError, ParentUnknownError: no such parent, or it may not have such a child.
        AddressTakenError: another node is called there.
    """
    county, county_entry = roster.county()
    role, padded = newcomer.role, division_code(newcomer.code)
    if role is Role.COUNTY:
        raise UsageError("县中心用 init 建立；这里只能添加枢纽或村站")
    if padded[:COUNTY_DIGITS] != county_entry.code[:COUNTY_DIGITS]:
        raise UsageError(f"代码 {padded} 不在本县 {county_entry.code} 之内")
    if role is Role.STATION and newcomer.url:
        raise UsageError("村站不写地址，没有人连接它")
    above = county if newcomer.parent is None else _find_parent(roster, newcomer.parent)
    allowed = (Role.COUNTY,) if role is Role.HUB else (Role.COUNTY, Role.HUB)
    if roster.nodes[above].role not in allowed:
        raise NodeUnknownError(
            f"a {role.value} can't stand below the {roster.nodes[above].role.value} {above}"
        )
    url = checked_url(newcomer.url) if newcomer.url else ""
    if url and url != own_url:
        check_free(roster.nodes, url, NodeId(""))
    return RosterEntry(
        role=role,
        state=State.INVITED,
        code=padded,
        name=checked_name(newcomer.name),
        parent=above,
        url=url,
    )


def check_division(roster: Roster, entry: RosterEntry, *, anyway: bool) -> None:
    """Make sure that a station's code is one of a village, and of its hub's township.

    Raises:
        DivisionError: it is not; a spreadsheet may have rounded it, or the hub is another's.
    """
    if entry.role is not Role.STATION:
        return
    if entry.code.endswith("0" * (DIVISION_DIGITS - COUNTY_DIGITS)):
        raise DivisionError(f"{entry.code} 是县代码，不能用作村站的代码（可能被表格软件改写过）")
    parent = roster.nodes[NodeId(entry.parent)]
    foreign = entry.code[:_TOWNSHIP_DIGITS] != parent.code[:_TOWNSHIP_DIGITS]
    if parent.role is Role.HUB and foreign and not anyway:
        words = f"村站代码 {entry.code} 不在上级枢纽 {parent.name}（{parent.code}）的乡镇之内"
        raise DivisionError(f"{words}；确实如此，请加 --anyway")


def require_open(roster: Roster, parent: NodeId) -> None:
    """Raise NodeStateError if ``parent`` is on its way out, and so gets no new children."""
    entry = roster.nodes[parent]
    if entry.state in (State.DRAINING, State.STOPPED, State.RETIRED):
        raise NodeStateError(f"{entry.name}:{entry.state.value}")


def require_free(roster: Roster, entry: RosterEntry, node: NodeId | None = None) -> None:
    """Raise NodeTwiceError if the place of ``entry`` has another node than ``node`` already."""
    for other, there in roster.nodes.items():
        same = (there.role, there.code) == (entry.role, entry.code)
        if same and other != node and there.state is not State.RETIRED:
            raise NodeTwiceError(f"{there.name} {there.code}")


def checked_contact(contact: str) -> str:
    """Whom to call, as one writes it: a name and a telephone number.

    Raises:
        UsageError: too long, or with control characters.
    """
    plain = without_marks(" ".join(contact.split()))
    if len(plain) > MAX_CONTACT_CHARS:
        raise UsageError(f"联系方式过长或含有控制字符（最多 {MAX_CONTACT_CHARS} 字）")
    return plain


def make_kit(
    roster: Roster, node: NodeId, *, root: bytes, ca: bytes, county_keys: PublicKeys, ticket: bytes
) -> Kit:
    """What ``node`` must know before it has keys, from its place on ``roster``."""
    county, county_entry = roster.county()
    entry = roster.nodes[node]
    return Kit(
        version=VERSION,
        root=root,
        county_name=county_entry.name,
        county=Contact(node=county, url=county_entry.url),
        county_keys=county_keys,
        parent=Contact(node=entry.parent, url=roster.nodes[NodeId(entry.parent)].url),
        ca=ca,
        node=node,
        role=entry.role,
        code=entry.code,
        name=entry.name,
        ticket=ticket,
    )


def checked_name(name: str) -> str:
    """A name for people to read.

    Raises:
        UsageError: empty, too long, or with control characters.
    """
    plain = unicodedata.normalize("NFC", without_marks(name)).strip()
    if not 1 <= len(plain) <= MAX_NAME_CHARS or set(plain) & set("\n\r\t"):
        raise UsageError(f"名称“{name[:40]}”是空的、过长（最多 {MAX_NAME_CHARS} 字）或含有控制字符")
    return plain


def checked_keys(keys: PublicKeys) -> PublicKeys:
    """Keys for which one can seal under every suite.

    Raises:
        MalformedError: one is missing or is no key of its suite.
    """
    for suite in SuiteNumber:
        seal(suite, keys.sealing(suite), b"", b"")
    return keys


def _find_parent(roster: Roster, parent: str) -> NodeId:
    if NodeId(parent) in roster.nodes:
        return NodeId(parent)
    try:
        code = division_code(parent)
    except UsageError:
        raise ParentUnknownError(parent[:40]) from None
    found = [
        node
        for node, entry in roster.nodes.items()
        if entry.code == code and entry.role is not Role.STATION
    ]
    if len(found) != 1:
        raise ParentUnknownError(f"{code} 有 {len(found)} 个")
    return found[0]
