"""Many changes are shown by department; few as they are."""

import json

from central.county.catalogue.pages.grouping import FEW, grouped
from protocol.catalogue.changes.classes import Class
from protocol.catalogue.changes.difference import Change, Kind


def change(item: str, kind: Kind = "added") -> Change:
    return Change(item=item, name=f"事项 {item}", kind=kind, drafts=Class.HARMLESS, reason="")


def entry(department: str) -> bytes:
    return json.dumps({"department": department}).encode()


def test_few_changes_are_not_grouped() -> None:
    assert grouped([change(str(at)) for at in range(FEW)], {}) == []
    assert len(grouped([change(str(at)) for at in range(FEW + 1)], {})) == 1


def test_each_department_has_its_own_and_the_largest_comes_first() -> None:
    new = {str(at): entry("民政局" if at < 20 else "公安局") for at in range(25)}
    old = {"gone": entry("公安局"), "nobody's": b"{}"}
    changes = [change(str(at), "changed" if at % 5 == 0 else "added") for at in range(25)]
    changes += [change("gone", "removed"), change("nobody's", "removed"), change("@m.id-card")]
    groups = grouped(changes, new, old)
    assert [(one.department, len(one.changes)) for one in groups] == [
        ("民政局", 20),
        ("公安局", 6),
        ("", 1),
        ("", 1),
    ]
    assert [one.of_items for one in groups] == [True, True, True, False]
    assert groups[1].kinds == {"added": 4, "changed": 1, "removed": 1}
    listed = [one.item for group in groups for one in group.changes]
    assert sorted(listed) == sorted(one.item for one in changes)
