"""A policy file: what it may say, and that whatever is wrong with it is named by its key."""

from pathlib import Path
from typing import Any

import pytest

from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.limits import MIN_QUOTA_BYTES
from protocol.trust.roster import Role
from provisioning.policy import FILE, Policy


def load(folder: Path, text: str) -> Policy:
    file = folder / FILE
    file.write_text(text, "utf-8")
    return Policy.load(file)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    policy = Policy.load(tmp_path / FILE)
    assert policy == Policy()
    assert not policy.manual
    assert policy.parents[Role.STATION] == (Role.COUNTY, Role.HUB)


def test_every_key_can_be_set(tmp_path: Path) -> None:
    text = """
    [roles]
    allowed = ["station"]
    [enrolment]
    approval = "manual"
    [lifetimes]
    code_days = 0
    keys_days = 180
    audit_days = 400
    [algorithms]
    suites = [1]
    [quotas]
    bytes = 100_000_000
    items = 5000
    [hub]
    parents = ["county"]
    max_children = 2
    [station]
    parents = ["hub"]
    usual_parent = "township"
    """
    assert load(tmp_path, text) == Policy(
        roles=(Role.STATION,),
        approval="manual",
        code_days=0,
        keys_days=180,
        audit_days=400,
        suites=(SuiteNumber.XWING,),
        quota_bytes=100_000_000,
        quota_items=5000,
        max_children=2,
        usual_parent="township",
        parents={Role.HUB: (Role.COUNTY,), Role.STATION: (Role.HUB,)},
    )


@pytest.mark.parametrize(
    ("text", "setting", "value"),
    [
        ("[lifetimes]\ncode_days = 7", "code_days", 7),
        ("[roles]\nallowed = []", "roles", ()),  # nobody new for the time being
        ("[roles]\nallowed = ['station', 'hub']", "roles", (Role.HUB, Role.STATION)),
        ("[algorithms]\nsuites = [2, 1]", "suites", tuple(SuiteNumber)),
        ("[lifetimes]\nkeys_days = 60", "keys_days", 60),
        ("[lifetimes]\naudit_days = 184", "audit_days", 184),
        (f"[quotas]\nbytes = {MIN_QUOTA_BYTES}", "quota_bytes", MIN_QUOTA_BYTES),
        ("[quotas]\nitems = 32", "quota_items", 32),
    ],
)
def test_ok_what_a_file_may_say(tmp_path: Path, text: str, setting: str, value: Any) -> None:
    assert getattr(load(tmp_path, text), setting) == value


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[enrolment]\napproval = 'perhaps'", "[enrolment] approval = 'perhaps'"),
        ("[enrolment]\napproval = ['auto']", "[enrolment] approval"),
        ("[lifetimes]\ncode_days = -1", "[lifetimes] code_days"),
        ("[lifetimes]\ncode_days = true", "[lifetimes] code_days"),
        ("[enrolment]\ncode_weeks = 1", "[enrolment] code_weeks"),
        ("[lifetimes]\ncode_days = 3651", "[lifetimes] code_days"),
        ("[lifetimes]\nkeys_days = 59", "[lifetimes] keys_days"),
        ("[lifetimes]\nkeys_days = 3651", "[lifetimes] keys_days"),
        ("[lifetimes]\naudit_days = 183", "[lifetimes] audit_days"),
        ("[enrolment]\ncode_days = 1", "不认识 [enrolment] code_days"),
        ("[roles]\nallowed = ['county']", "[roles] allowed"),
        ("[roles]\nallowed = 'hub'", "[roles] allowed"),
        ("[roles]\nallowed = [['hub']]", "[roles] allowed"),
        ("[algorithms]\nsuites = []", "[algorithms] suites"),
        ("[algorithms]\nsuites = [3]", "[algorithms] suites"),
        ("[algorithms]\nsuites = [true]", "[algorithms] suites"),
        ("[algorithms]\nsuites = 1", "[algorithms] suites"),
        ("[quotas]\nbytes = 1", "[quotas] bytes"),
        ("[quotas]\nitems = 31", "[quotas] items"),
        ("[quotas]\nitems = 9_007_199_254_740_992", "[quotas] items"),
        ("[quotas]\nfiles = 1000", "[quotas] files"),
        ("[station]\nparents = ['station']", "[station] parents"),
        ("[station]\nparents = []", "[station] parents"),
        ("[station]\nusual_parent = 'nearest'", "[station] usual_parent"),
        ("[hub]\nparents = ['hub']", "[hub] parents"),
        ("[hub]\nmax_children = 0", "[hub] max_children"),
        ("[village]", "[village]"),
        ("enrolment = 1", "[enrolment]"),
        ("[", "end of document"),
        ("\x00", "UTF-16"),
    ],
)
def test_fail_what_can_not_be_understood_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError) as refused:
        load(tmp_path, text)
    assert named in refused.value.detail
    assert str(tmp_path / FILE) in refused.value.detail


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = "[village]\n[quotas]\nbytes = 1\nfiles = 2\n[hub]\nmax_children = 'many'"
    with pytest.raises(UsageError) as refused:
        load(tmp_path, text)
    named = ("[village]", "[quotas] files", "[quotas] bytes", "[hub] max_children")
    assert [key for key in named if key not in refused.value.detail] == []


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe[")
    with pytest.raises(UsageError):
        Policy.load(tmp_path / FILE)
