"""The next neighbour, for every roster and every word that stations may have given."""

from hypothesis import given
from hypothesis import strategies as st

from central.relay.routing.routes import hop
from protocol.ids import NodeId
from protocol.trust.roster import Role, Roster, RosterEntry, State
from tests.builders.rosters import SmallAuthority

COUNTY = NodeId("c0" * 8)
HUBS = [NodeId(f"b{n}" * 8) for n in range(3)]
STATIONS = [NodeId(f"5{n}" * 8) for n in range(4)]
UPPER = [COUNTY, *HUBS]
LONGEST = 3  # county, hub, station

states = st.sampled_from([State.ACTIVE, State.ACTIVE, State.INVITED, State.SUSPENDED])
paths = st.lists(st.sampled_from(UPPER), unique=True, max_size=4).map(tuple)


def entry(role: Role, parent: str, state: State, others: tuple[str, ...]) -> RosterEntry:
    return RosterEntry(
        role=role, state=state, code="451423000000", name="n", parent=parent, others=others
    )


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any tree of three tiers, with any paths beside it."""
    nodes = {COUNTY: entry(Role.COUNTY, "", State.ACTIVE, ())}
    for hub in HUBS:
        nodes[hub] = entry(Role.HUB, COUNTY, draw(states), ())
    for station in STATIONS:
        parent = draw(st.sampled_from(UPPER))
        others = tuple(other for other in draw(paths) if other != parent)
        nodes[station] = entry(Role.STATION, parent, draw(states), others)
    return SmallAuthority().roster(1, nodes)


roaming_reports = st.dictionaries(st.sampled_from(STATIONS), st.sampled_from(UPPER))


def travel(
    books: dict[NodeId, Roster], start: NodeId, to: NodeId, at: dict[NodeId, NodeId]
) -> list[NodeId]:
    """The neighbours in turn; each node goes by the roster that it holds, the top by the visits."""
    way, here, above = [start], start, False
    while here != to:
        where = at.get(to) if here == COUNTY else None
        step = hop(books[here], here, to, at=where, above=above)
        assert step is not None
        assert step not in way, "it goes in a circle"
        above = step not in (to, COUNTY)
        way.append(step)
        here = step
        assert len(way) <= LONGEST
    return way


@given(
    rosters(),
    st.lists(rosters(), min_size=3, max_size=3),
    roaming_reports,
    st.sampled_from(STATIONS),
)
def test_what_comes_from_the_county_only_goes_down(
    roster: Roster, stale: list[Roster], at: dict[NodeId, NodeId], to: NodeId
) -> None:
    """Even where hubs hold other rosters than the county."""
    way = travel({COUNTY: roster, **dict(zip(HUBS, stale, strict=True))}, COUNTY, to, at)
    assert way[0] == COUNTY
    assert way[-1] == to
    last = NodeId(way[-2])
    where = at.get(to)
    if where is not None and roster.may_call(to, where):
        assert last == where
    else:
        assert last == roster.nodes[to].parent


@given(
    rosters(), st.lists(rosters(), min_size=3, max_size=3), roaming_reports, st.sampled_from(HUBS)
)
def test_what_a_station_brings_to_any_hub_reaches_the_county(
    roster: Roster, stale: list[Roster], at: dict[NodeId, NodeId], hub: NodeId
) -> None:
    books = {COUNTY: roster, **dict(zip(HUBS, stale, strict=True))}
    assert travel(books, hub, COUNTY, at) == [hub, COUNTY]


@given(rosters(), st.sampled_from(STATIONS), st.sampled_from(UPPER))
def test_a_node_that_the_station_may_not_call_draws_nothing(
    roster: Roster, to: NodeId, thief: NodeId
) -> None:
    if roster.may_call(to, thief):
        return
    plain = hop(roster, COUNTY, to)
    assert hop(roster, COUNTY, to, at=thief) == plain
