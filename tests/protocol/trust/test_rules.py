"""Rules: what the county may ask of every node, and what a node makes of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.envelope.suites import SuiteNumber
from protocol.errors import MalformedError
from protocol.limits import (
    MAX_RULE_SUITES,
    MIN_QUOTA_BYTES,
    MIN_QUOTA_ITEMS,
    QUOTA_BYTES,
    QUOTA_ITEMS,
)
from protocol.trust.roster import entry_bytes
from protocol.trust.rules import NO_RULES, Rules
from tests.builders.envelopes import COUNTY
from tests.builders.rosters import SmallAuthority, make_entry, make_nodes

XWING, X25519 = SuiteNumber.XWING, SuiteNumber.X25519
RULES = st.builds(
    Rules,
    suites=st.lists(st.integers(1, 255), max_size=MAX_RULE_SUITES).map(tuple),
    keys_days=st.integers(60, 3650),
    quota_bytes=st.none() | st.integers(MIN_QUOTA_BYTES, 2**50),
    quota_items=st.none() | st.integers(MIN_QUOTA_ITEMS, 2**50),
)
OWN = st.none() | st.integers(1, 2**50)


@pytest.mark.parametrize(
    "plain",
    [
        {"suites": [0]},
        {"suites": [256]},
        {"suites": ["X-Wing"]},
        {"suites": [1] * (MAX_RULE_SUITES + 1)},
        {"keys_days": 59},
        {"keys_days": 3651},
        {"quota_bytes": MIN_QUOTA_BYTES - 1},
        {"quota_bytes": 2**53},
        {"quota_items": MIN_QUOTA_ITEMS - 1},
        {"quota_items": 0},
        {"quota_files": 1000, "must": ["quota_files"]},
    ],
)
def test_fail_what_would_lock_a_node_out_is_no_rule(plain: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        unpack(pack(plain), Rules)


@pytest.mark.parametrize(
    ("suites", "own", "used"),
    [
        ((), X25519, X25519),
        ((1, 2), X25519, X25519),
        ((2, 1), XWING, XWING),
        ((1,), X25519, XWING),
        ((2,), XWING, X25519),
        ((3, 2), XWING, X25519),
        ((3,), X25519, X25519),  # of a later program: what was handed in must be kept
    ],
)
def test_ok_a_suite_that_is_not_allowed_gives_way_to_one_that_is(
    suites: tuple[int, ...], own: SuiteNumber, used: SuiteNumber
) -> None:
    assert Rules(suites=suites).suite_for(own) is used


@pytest.mark.parametrize(
    ("rule", "own", "limit"),
    [
        ((None, None), (None, None), (QUOTA_BYTES, QUOTA_ITEMS)),
        ((None, None), (7, 2 * QUOTA_ITEMS), (7, 2 * QUOTA_ITEMS)),
        ((2**31, 2**20), (None, None), (2**31, 2**20)),
        ((2**31, 2**20), (2**40, 5), (2**31, 5)),
    ],
)
def test_ok_the_smaller_quota_holds(
    rule: tuple[int | None, int | None],
    own: tuple[int | None, int | None],
    limit: tuple[int, int],
) -> None:
    assert Rules(quota_bytes=rule[0], quota_items=rule[1]).quota(*own) == limit


@given(RULES, OWN, OWN)
def test_a_nodes_own_settings_never_loosen_a_rule(
    rules: Rules, own_bytes: int | None, own_items: int | None
) -> None:
    found = rules.quota(own_bytes, own_items)
    for limit, rule, own in zip(
        found, (rules.quota_bytes, rules.quota_items), (own_bytes, own_items), strict=True
    ):
        assert rule is None or limit <= rule
        assert own is None or limit <= own


@given(RULES, st.sampled_from(SuiteNumber))
def test_what_is_sealed_with_is_allowed_wherever_a_known_suite_is(
    rules: Rules, own: SuiteNumber
) -> None:
    known = [suite for suite in SuiteNumber if rules.allows(suite)]
    assert rules.suite_for(own) in (known or [own])


@given(RULES)
def test_rules_come_back_from_a_signed_roster(rules: Rules) -> None:
    nodes = make_nodes() | {COUNTY: make_entry(COUNTY, rules=rules)}
    assert SmallAuthority().roster(nodes=nodes).rules == rules


def test_a_roster_without_rules_has_the_bytes_that_it_always_had() -> None:
    assert b"rules" not in entry_bytes(make_entry(COUNTY))
    assert SmallAuthority().roster().rules is NO_RULES
    assert pack(NO_RULES) == b"\x80"
