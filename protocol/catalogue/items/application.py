"""The check of an application against its item: one, for station and county alike.

Source: docs/catalogue.md, "Materials".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from protocol.catalogue.documents import FormData
from protocol.catalogue.items.kinds import Attach
from protocol.catalogue.items.materials import Group, Material
from protocol.catalogue.items.model import Item, Paper, members_of
from protocol.catalogue.items.taken_in import check_taken_in, owed_ids
from protocol.errors import MaterialMissingError, MaterialUnknownError
from protocol.limits import MAX_FILES
from protocol.records.taken_in import TakenIn

_SHOWN_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one form asks for of an item's papers."""

    paper: Paper
    files: int  # that must come; 0: the paper may be attached, or is shown at the window
    rows: int  # of the table of which each row asks for one; 0: it hangs on none

    @property
    def words(self) -> str:
        """What it is called, and how many of it."""
        name = _words(self.paper)
        return f"{name}（{self.files} 份，每人一份）" if self.rows else name


def check_application(
    item: Item, form: FormData, attached: Sequence[str], taken: TakenIn | None = None
) -> None:
    """Check what was filled in, and what came with it.

    Args:
        attached: ids of materials, one for each file.
        taken: how it was taken in. Where somebody insisted, fields and papers may be missing.

    Raises:
        FormInvalidError: the form does not fit; every wrong field is named.
        MaterialUnknownError, MaterialMissingError, TakenInError: as :func:`check_papers`.
    """
    item.schema.check(form, may_miss=taken is not None and bool(taken.insisted))
    check_papers(item, form, attached, taken)


def check_papers(
    item: Item, form: FormData, attached: Sequence[str], taken: TakenIn | None
) -> None:
    """Check the papers, and what is said of how they were taken in; the form fits.

    Raises:
        MaterialUnknownError, MaterialMissingError: as :func:`check_materials`.
        TakenInError: what is said does not fit.
    """
    check_taken_in(item, taken, attached)
    require_known(item, attached)
    if taken is None or not taken.insisted:
        owed = [one for one in owed_ids(item, taken) for _ in range(MAX_FILES)]
        check_materials(item, form, [*attached, *owed])


def require_known(item: Item, attached: Sequence[str]) -> None:
    """Raise MaterialUnknownError if a file names a material that the item does not have."""
    for name in attached:
        found = item.material(name)
        if found is None or found.id != name:
            raise MaterialUnknownError(repr(name[:_SHOWN_CHARS]))


def check_materials(item: Item, form: FormData, attached: Sequence[str]) -> None:
    """Check the papers alone; the form fits.

    Raises:
        MaterialUnknownError: as :func:`require_known`.
        MaterialMissingError: a paper that this form asks for is missing; every one is named.
    """
    require_known(item, attached)
    missing = [one.words for one in missing_of(item, form, attached)]
    if missing:
        raise MaterialMissingError("、".join(missing))


def missing_of(item: Item, form: FormData, attached: Iterable[str]) -> tuple[Asked, ...]:
    """What this form asks for and has not got."""
    had = Counter(attached)
    return tuple(one for one in asked_of(item, form) if one.files and not _got(one, form, had))


def asked_of(item: Item, form: FormData) -> tuple[Asked, ...]:
    """The papers that this form asks for, in the order of the item.

    One whose condition does not hold is left out, also of a group. So is one that shared data has,
    and with it the whole group in which it stands: one of its members is enough, and is there.
    """
    return tuple(one for paper in item.papers if (one := _asked(paper, form)) is not None)


def _asked(paper: Paper, form: FormData) -> Asked | None:
    if paper.when is not None and not paper.when.holds(form):
        return None
    if isinstance(paper, Group):
        if any(_is_shared(member, form) for member in paper.one_of):
            return None
        wanted = [one for member in paper.one_of if (one := _asked(member, form)) is not None]
        return _asked_of_group(paper, wanted)
    if paper.shared:
        return None
    if not paper.each:
        return Asked(paper=paper, files=int(paper.must_attach), rows=0)
    table = form.get(paper.each)
    rows = len(table) if isinstance(table, list) else 0
    return Asked(paper=paper, files=rows if paper.must_attach else 0, rows=rows) if rows else None


def _is_shared(material: Material, form: FormData) -> bool:
    """Whether shared data has it, and this form would ask for it otherwise."""
    return bool(material.shared) and (material.when is None or material.when.holds(form))


def _asked_of_group(group: Group, members: Sequence[Asked]) -> Asked | None:
    """A group asks for as many files as that member which asks for most."""
    if not members:
        return None
    must = group.attach is Attach.REQUIRED or all(one.files for one in members)
    rows = max(one.rows for one in members)
    return Asked(paper=group, files=max(rows, 1) if must else 0, rows=rows)


def _got(asked: Asked, form: FormData, had: Mapping[str, int]) -> bool:
    """Whether what is asked for has come: of a group one member whole, or a file for each row."""
    if isinstance(asked.paper, Material):
        return _had(asked.paper, had) >= asked.files
    members = [one for member in asked.paper.one_of if (one := _asked(member, form)) is not None]
    if all(one.rows for one in members):
        return sum(_had(one.paper, had) for one in members) >= asked.files
    return any(_had(one.paper, had) >= max(one.rows, 1) for one in members)


def _had(paper: Paper, had: Mapping[str, int]) -> int:
    every = (one for member in members_of(paper) for one in (member, *member.promises()))
    return sum(had.get(one.id, 0) for one in every)


def _words(paper: Paper) -> str:
    if isinstance(paper, Group):
        listed = "、".join(f"{one.name} {one.id}" for one in paper.one_of)
        return f"{paper.name}（任选其一：{listed}）"
    return _one(paper)


def _one(material: Material) -> str:
    promises = "、".join(f"{one.name} {one.id}" for one in material.promises())
    return f"{material.name}（可以用{promises}代替）" if promises else material.name
