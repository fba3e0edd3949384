"""Typed calls: what one program asks of another that owns a data folder, with types on both ends.

A capability names each thing that can be asked as a :class:`Call`: its arguments and its answer
are frozen dataclasses. Its service answers it by a method; :func:`handlers` puts both together.
JSON is made and read here, at the socket, and nowhere else.

Source: docs/adr/0043-typed-calls-with-an-actor.md.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from protocol.errors import MalformedError, OtherNodeError, RefusedError
from protocol.json_values import from_json, to_json
from runtime.actor import Actor
from runtime.control.owner import BY, Operation, Report, run_operation

A = TypeVar("A")
R = TypeVar("R")
Method = Callable[[Actor, A, Report], Awaitable[R]]


@dataclass(frozen=True, slots=True)
class Nothing:
    """The arguments of a call that has none."""


@dataclass(frozen=True, slots=True)
class Call(Generic[A, R]):
    """One thing that can be asked."""

    name: str  # at the socket, and in the record
    takes: type[A]
    gives: type[R]
    reads: bool = (
        False  # changes nothing, and need not stand in the record: a read-only disk will do
    )


@dataclass(frozen=True, slots=True)
class Handler(Generic[A, R]):
    """A call, and the method of a service that answers it."""

    call: Call[A, R]
    method: Method[A, R]

    async def answer(self, actor: Actor, args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401 - JSON
        """Answer what came as JSON, as JSON.

        Raises:
            RefusedError: these are no arguments of this call.
        """
        try:
            wanted = from_json(args, self.call.takes)
        except MalformedError as exc:
            raise RefusedError(f"{self.call.name}: {exc.detail}") from None
        return to_json(await self.method(actor, wanted, report))

    async def __call__(self, args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401 - JSON
        """The same for the control socket: whoever can reach it owns the data folder."""
        actor = Actor.at_command_line(str(args.get(BY, "")))
        named = {name: value for name, value in args.items() if name != BY}
        return await self.answer(actor, named, report)


def handler(operations: Mapping[str, Operation], call: Call[A, R]) -> Handler[A, R]:
    """The handler of ``call`` among the operations of a node.

    Raises:
        OtherNodeError: this node can't be asked that.
    """
    found = operations.get(call.name)
    if not isinstance(found, Handler) or found.call != call:
        raise OtherNodeError(f"no such call: {call.name}")
    return found


def handlers(*known: Handler[Any, Any]) -> dict[str, Operation]:
    """The handlers by the names of their calls."""
    return {one.call.name: one for one in known}


@dataclass(slots=True)
class LazyOperations(Mapping[str, Operation]):
    """Operations that are made at the first call: what answers them is not loaded before.

    A call that ``made`` has among others asks for no more.
    """

    make: Callable[[], Mapping[str, Operation]]
    made: Mapping[str, Operation] = field(default_factory=dict)
    _all_made: Mapping[str, Operation] | None = None

    def _all(self) -> Mapping[str, Operation]:
        if self._all_made is None:
            rest = self.make()  # may be lazy itself
            self._all_made = {**self.made, **rest} if self.made else rest
        return self._all_made

    def __getitem__(self, name: str) -> Operation:
        return self.made[name] if name in self.made else self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Ask(Protocol):
    """How a command asks: it knows the program, and who runs the command."""

    def __call__(self, data: Path, call: Call[A, R], args: A, report: Report = ...) -> R:
        """The answer of whoever owns ``data``, or of this process if nobody does."""
        ...


Directly = Callable[[], Awaitable[R]]


async def ask(
    folder: Path, call: Call[A, R], args: A, *, account: str, report: Report, directly: Directly[R]
) -> R:
    """Ask for something on ``folder``: its owner if there is one, else ``directly``.

    Raises as :func:`runtime.control.owner.run_operation`.
    """
    done: list[R] = []

    async def here() -> None:
        done.append(await directly())

    named = {**to_json(args), BY: account}
    answered = await run_operation(folder, call.name, named, report=report, directly=here)
    return done[0] if done else from_json(answered, call.gives)
