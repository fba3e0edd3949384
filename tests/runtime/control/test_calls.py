"""Typed calls: JSON at the socket alone, types on both ends, and an actor who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import LoginForbiddenError, OtherNodeError, RefusedError
from runtime.actor import Actor, Way
from runtime.cli.command import silent
from runtime.control.calls import (
    Call,
    Handler,
    LazyOperations,
    Nothing,
    ask,
    handler,
    handlers,
)
from runtime.control.done import Done
from runtime.control.owner import BY, Owner, Report


class Colour(Enum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """What is to be painted."""

    wall: Path
    colour: Colour
    picture: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """What was painted, by whom."""

    by: str
    wall: Path
    colour: Colour
    picture: bytes
    coats: tuple[int, ...]


PAINT = Call("house.paint", Paint, Painted)
WALLS = Call("house.walls", Nothing, list[Path])


@dataclass
class House:
    """A service."""

    asked: list[Actor] = field(default_factory=list)

    async def paint(self, actor: Actor, wanted: Paint, report: Report = silent) -> Painted:
        self.asked.append(actor)
        report(Done(1, 2))
        return Painted(
            by=str(actor),
            wall=wanted.wall,
            colour=wanted.colour,
            picture=wanted.picture,
            coats=(1, 2),
        )

    async def walls(self, actor: Actor, _: Nothing, __: Report = silent) -> list[Path]:
        return [Path("/north")]

    def handlers(self) -> dict[str, Any]:
        return handlers(Handler(PAINT, self.paint), Handler(WALLS, self.walls))


WANTED = Paint(wall=Path("/north"), colour=Colour.GREEN, picture=b"\x00\xff")


@pytest.mark.parametrize("serving", [True, False])
async def test_a_call_gets_the_same_typed_answer_from_its_owner_and_directly(
    tmp_path: Path, *, serving: bool
) -> None:
    house, owner, progress = House(), Owner(tmp_path), list[Done]()
    if serving:
        await owner.lock()
        await owner.serve(house.handlers())

    async def directly() -> Painted:
        assert not serving
        actor = Actor.at_command_line("wang")
        return await house.paint(actor, WANTED, progress.append)

    try:
        painted = await ask(
            tmp_path, PAINT, WANTED, account="wang", report=progress.append, directly=directly
        )
    finally:
        await owner.close()
    assert painted == Painted(
        by="wang",
        wall=Path("/north"),
        colour=Colour.GREEN,
        picture=b"\x00\xff",
        coats=(1, 2),
    )
    assert house.asked == [Actor(name="wang", way=Way.COMMAND)]
    assert progress == [Done(1, 2)]


async def test_a_list_comes_back_as_a_list_of_its_type(tmp_path: Path) -> None:
    owner = await Owner(tmp_path).lock()
    await owner.serve(House().handlers())

    async def never() -> list[Path]:
        raise AssertionError

    try:
        found = await ask(tmp_path, WALLS, Nothing(), account="", report=silent, directly=never)
    finally:
        await owner.close()
    assert found == [Path("/north")]


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"wall": "/north"},
        {"wall": "/north", "colour": "blue"},
        {"wall": 5, "colour": "red"},
        {"wall": "/north", "colour": "red", "picture": "not base 64!"},
    ],
)
async def test_what_are_no_arguments_of_a_call_is_refused_before_the_service(
    args: Mapping[str, Any],
) -> None:
    house = House()
    with pytest.raises(RefusedError):
        await Handler(PAINT, house.paint)({**args, BY: "wang"}, silent)
    assert house.asked == []


def test_a_node_that_does_not_know_a_call_says_so() -> None:
    other = Call("house.paint", Paint, Paint)  # of the same name
    operations = House().handlers()
    assert handler(operations, PAINT).call is PAINT
    with pytest.raises(OtherNodeError):
        handler(operations, other)
    with pytest.raises(OtherNodeError):
        handler(operations, Call("house.sell", Nothing, Nothing))


def test_operations_are_made_once_and_not_before_they_are_looked_for() -> None:
    made = list[dict[str, Any]]()

    def make() -> dict[str, Any]:
        made.append(House().handlers())
        return made[0]

    operations = LazyOperations(make)
    assert made == []
    assert "house.sell" not in operations
    assert dict(operations) == made[0]
    assert handler(operations, PAINT).call is PAINT
    assert len(operations) == 2
    assert len(made) == 1


def test_of_operations_that_are_there_already_nothing_is_made() -> None:
    made = list[str]()

    def make() -> dict[str, Any]:
        made.append("made")
        return {"house.sell": House().handlers()[PAINT.name]}

    operations = LazyOperations(make, House().handlers())
    assert handler(operations, PAINT).call is PAINT
    assert made == []
    assert {PAINT.name, "house.sell"} <= {*operations}
    assert made == ["made"]


def test_an_actor_has_the_rights_of_the_login_and_a_command_has_all() -> None:
    page = Actor.on_page("wang", frozenset({Colour.RED}))
    page.require(Colour.RED)
    with pytest.raises(LoginForbiddenError, match="green"):
        page.require(Colour.GREEN)
    for right in Colour:
        Actor.at_command_line("root").require(right)


def test_the_record_names_both_who_agreed_and_the_way() -> None:
    confirmed = Actor.on_page("li", frozenset(), together="wang")
    assert (str(confirmed), confirmed.is_alone_on_page) == ("wang + li (web)", False)
    assert Actor.on_page("li", frozenset()).is_alone_on_page
    alone = Actor.at_command_line("root")
    assert (str(alone), alone.is_alone_on_page) == ("root", False)
