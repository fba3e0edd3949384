"""From the tables of ``policy.toml`` to settings; whatever is wrong is named by its key.

::

    [roles]
    allowed = ["hub", "station"]
    [enrolment]
    approval = "manual"      # or "auto": a right code is enough
    [lifetimes]
    code_days = 30
    keys_days = 365
    audit_days = 184
    [retention]
    case_days = 1825
    archive_days = 30
    purge_days = 365
    quarantine_days = 365
    office_days = 90
    [algorithms]
    suites = [1, 2]
    [quotas]
    bytes = 1073741824
    items = 200000
    [numbers]
    charging = ["00112233445566aa"]  # node ids of the offices that may charge
    block = 100
    [hub]
    parents = ["county"]
    max_children = 300
    [station]
    parents = ["hub", "county"]
    usual_parent = "township"
    [catalogue]
    review = "second-person"  # or "none"
    review_days = 3           # then somebody is told that a draft still waits

Source: docs/operations.md, "Policy".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from protocol.envelope.suites import SuiteNumber
from protocol.limits import (
    MAX_BLOCK_NUMBERS,
    MAX_COUNT,
    MAX_KEYS_DAYS,
    MAX_OFFICE_DAYS,
    MIN_KEYS_DAYS,
    MIN_OFFICE_DAYS,
    MIN_QUOTA_BYTES,
    MIN_QUOTA_ITEMS,
    NUMBERS_LOW,
)
from protocol.trust.roster import Role
from provisioning.audit.log import KEPT_DAYS

AUTO, MANUAL = "auto", "manual"
NO_REVIEW, SECOND_PERSON = "none", "second-person"
TOWNSHIP = "township"
USUAL_PARENTS = {Role.HUB: (Role.COUNTY,), Role.STATION: (Role.COUNTY, Role.HUB)}
_NODE = re.compile("[0-9a-f]{16}")
_MAX_CODE_DAYS = 3650
_MAX_AUDIT_DAYS = 36_500
_MIN_PURGE_DAYS = 30
_MIN_QUARANTINE_DAYS = 30  # in which a station asks what became of its envelope
_MAX_CHILDREN = 5000
_MAX_REVIEW_DAYS = 365
_MAX_SHOWN_CHARS = 60  # of a wrong value

Parser = Callable[[Any], object]


def settings(tables: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Keyword arguments of a Policy, and in words what is wrong, each with its key."""
    found: dict[str, Any] = {"parents": dict(USUAL_PARENTS)}
    faults = [f"不认识 [{name}]" for name in sorted(tables.keys() - _KEYS.keys())]
    for name, keys in _KEYS.items():
        table = tables.get(name, {})
        if not isinstance(table, dict):
            faults.append(f"[{name}]：应为一组设置")
            continue
        faults += [f"不认识 [{name}] {key}" for key in sorted(table.keys() - keys.keys())]
        for key in (key for key in keys if key in table):
            _read(found, faults, name, key, table[key])
    return found, faults


def _read(found: dict[str, Any], faults: list[str], name: str, key: str, value: object) -> None:
    setting, parse = _KEYS[name][key]
    try:
        read = parse(value)
    except ValueError as exc:
        shown = repr(value)[:_MAX_SHOWN_CHARS]
        faults.append(f"[{name}] {key} = {shown}：{exc}")
        return
    if isinstance(setting, Role):
        found["parents"][setting] = read
    else:
        found[setting] = read


def _number(low: int, high: int) -> Parser:
    def parse(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"应为 {low} 至 {high} 的整数")
        return value

    return parse


def _one_of(*known: str) -> Parser:
    def parse(value: object) -> str:
        if value not in known:
            raise ValueError(f"应为 {'、'.join(known)} 之一")
        return str(value)

    return parse


def _roles(*known: Role, empty: bool) -> Parser:
    """Some of ``known``, stricter than usual, never wider."""
    names = {role.value: role for role in known}

    def parse(value: object) -> tuple[Role, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise ValueError("应为一个列表")
        if set(value) - names.keys():
            raise ValueError(f"只可列出 {'、'.join(names)}")
        if not value and not empty:
            raise ValueError("至少列出一个")
        return tuple(role for word, role in names.items() if word in value)

    return parse


def _suites(value: object) -> tuple[SuiteNumber, ...]:
    known = [int(suite) for suite in SuiteNumber]
    if not isinstance(value, list) or not value:
        raise ValueError("应为一个列表，至少列出一个")
    if not all(type(number) is int and number in known for number in value):
        raise ValueError(f"只可列出 {'、'.join(map(str, known))}")
    return tuple(suite for suite in SuiteNumber if suite in value)


def _nodes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError("应为节点编号的列表")
    if not all(_NODE.fullmatch(name) for name in value):
        raise ValueError("节点编号是 16 位小写十六进制")
    return tuple(value)


_KEYS: Mapping[str, Mapping[str, tuple[str | Role, Parser]]] = {
    "roles": {"allowed": ("roles", _roles(Role.HUB, Role.STATION, empty=True))},
    "enrolment": {"approval": ("approval", _one_of(AUTO, MANUAL))},
    "lifetimes": {
        "code_days": ("code_days", _number(0, _MAX_CODE_DAYS)),
        "keys_days": ("keys_days", _number(MIN_KEYS_DAYS, MAX_KEYS_DAYS)),
        "audit_days": ("audit_days", _number(KEPT_DAYS, _MAX_AUDIT_DAYS)),
    },
    "retention": {
        "case_days": ("case_days", _number(0, _MAX_AUDIT_DAYS)),
        "archive_days": ("archive_days", _number(0, _MAX_AUDIT_DAYS)),
        "purge_days": ("purge_days", _number(_MIN_PURGE_DAYS, _MAX_AUDIT_DAYS)),
        "quarantine_days": ("quarantine_days", _number(_MIN_QUARANTINE_DAYS, _MAX_AUDIT_DAYS)),
        "office_days": ("office_days", _number(MIN_OFFICE_DAYS, MAX_OFFICE_DAYS)),
    },
    "algorithms": {"suites": ("suites", _suites)},
    "quotas": {
        "bytes": ("quota_bytes", _number(MIN_QUOTA_BYTES, MAX_COUNT - 1)),
        "items": ("quota_items", _number(MIN_QUOTA_ITEMS, MAX_COUNT - 1)),
    },
    "numbers": {
        "charging": ("charging", _nodes),
        "block": ("block", _number(NUMBERS_LOW, MAX_BLOCK_NUMBERS)),
    },
    "hub": {
        "parents": (Role.HUB, _roles(*USUAL_PARENTS[Role.HUB], empty=False)),
        "max_children": ("max_children", _number(1, _MAX_CHILDREN)),
    },
    "station": {
        "parents": (Role.STATION, _roles(*USUAL_PARENTS[Role.STATION], empty=False)),
        "usual_parent": ("usual_parent", _one_of(Role.COUNTY.value, TOWNSHIP)),
    },
    "catalogue": {
        "review": ("review", _one_of(NO_REVIEW, SECOND_PERSON)),
        "review_days": ("review_days", _number(1, _MAX_REVIEW_DAYS)),
    },
}
