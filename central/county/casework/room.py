"""What people see of a county's cases, each part made once."""

from dataclasses import dataclass
from typing import Self

from central.county.casework.answers.publicity import ItemOf
from central.county.casework.files.writing import FileWriting, Found
from central.county.casework.finding.index import CaseIndex
from central.county.casework.lists import CaseList
from central.county.casework.reading import CarriedBy, CaseReading
from central.county.casework.views import FollowedBy
from central.county.ports.relay import Blobs, Nodes
from central.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRoom:
    """Of one county."""

    item_of: ItemOf
    followed_by: FollowedBy
    list: CaseList
    reading: CaseReading
    writing: FileWriting
    index: CaseIndex

    @classmethod
    def build(
        cls,
        *,
        store: Store,
        nodes: Nodes,
        blobs: Blobs,
        item_of: ItemOf,
        followed_by: FollowedBy,
        found: Found,
        carried_by: CarriedBy,
        index: CaseIndex,
    ) -> Self:
        """All of it."""
        return cls(
            item_of=item_of,
            followed_by=followed_by,
            list=CaseList(
                store=store, nodes=nodes, item_of=item_of, followed_by=followed_by, key=index.key
            ),
            index=index,
            reading=CaseReading(
                store=store,
                nodes=nodes,
                blobs=blobs,
                item_of=item_of,
                followed_by=followed_by,
                carried_by=carried_by,
            ),
            writing=FileWriting(store=store, blobs=blobs, followed_by=followed_by, found=found),
        )
