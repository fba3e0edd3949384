"""``yizhan-county catalogue find``: looks for an item in the newest release (docs/finding.md)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from protocol.catalogue.finding.index import index_of
from protocol.catalogue.finding.search import Hit, search
from protocol.errors import CatalogueMissingError
from protocol.json_values import to_json
from protocol.trust.edition import Edition
from runtime.actor import Actor
from runtime.cli.command import data_argument, json_option, print_json, silent
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask, Call, Handler, handlers
from runtime.control.owner import Operation, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Which item is called so?"""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """One that fits, or is near."""

    item: str
    name: str
    department: str
    aliases: tuple[str, ...]
    by: str  # code, alias, name, pinyin, department or near


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItems:
    """Those that fit, the best first; if there are none, the nearest."""

    release: int
    items: Sequence[FoundItem]
    near: Sequence[FoundItem]


FIND = Call("county.find", Find, FoundItems, reads=True)


class FindService:
    """Looks through what counts today; keeps the index of it."""

    def __init__(self, newest: Callable[[], Awaitable[Edition | None]]) -> None:
        self._newest = newest
        self._entries: Mapping[str, bytes] = {}
        self._index = index_of({})

    async def find(self, _: Actor, asked: Find, __: Report = silent) -> FoundItems:
        """Items that fit, or the nearest.

        Raises:
            CatalogueMissingError: nothing is published.
        """
        newest = await self._newest()
        if newest is None:
            raise CatalogueMissingError
        if newest.entries != self._entries:  # a day may change them, too, and not only a release
            self._entries, self._index = newest.entries, index_of(newest.entries)
        found = search(self._index, asked.text)
        return FoundItems(
            release=newest.version,
            items=tuple(map(_found, found.hits)),
            near=tuple(map(_found, found.near)),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(FIND, self.find))


def find_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.argument("text")
    @json_option
    def find(data: Path, text: str, *, as_json: bool) -> None:
        """Find an item by name, alias, pinyin, department or code."""
        found = ask(data, FIND, Find(text=text))
        if as_json:
            print_json(to_json(found))
            return
        if not found.items:
            click.echo("没有完全符合的事项。最接近的是：")
        rows = [
            (one.item, one.name, "、".join(one.aliases), one.department)
            for one in found.items or found.near
        ]
        print_table(("事项编码", "事项", "俗称", "部门"), rows)

    return find


def _found(hit: Hit) -> FoundItem:
    return FoundItem(
        item=hit.named.item,
        name=hit.named.name,
        department=hit.named.department,
        aliases=hit.named.aliases,
        by=hit.by.name.lower(),
    )
