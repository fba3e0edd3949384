"""What a county writes for systems: a token, and a request that is done once."""

from central.county.api.answers import Answers
from central.county.api.calls import AddToken
from protocol.errors.api import KeyUnsureError
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, centre

OWNER = Actor.at_command_line("")


async def make_a_token(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await county.node.services.tokens.add(OWNER, AddToken(name="接口"))


async def it_is_there_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        tokens = (await county.node.services.tokens.list(OWNER, Nothing())).tokens
        assert [one.name for one in tokens] in ([["接口"]] if told else [["接口"], []])


async def _done() -> str:
    return "done"


async def _again() -> str:
    raise AssertionError("done twice")


async def ask_once(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        relay = county.node.relay
        answers = Answers(store=relay.store, clock=relay.clock)
        with mains.armed():
            await answers.once("接口", "k", b"POST", _done)


async def it_is_not_done_again(made: Centre, told: bool) -> None:
    async with made.open() as county:
        relay = county.node.relay
        answers = Answers(store=relay.store, clock=relay.clock)
        try:
            found = await answers.once("接口", "k", b"POST", _again if told else _done)
        except KeyUnsureError:
            assert not told
        else:
            assert found == "done"


ACTIONS = [
    Action("county: token of the API", centre, make_a_token, it_is_there_or_not),
    Action("county: request with a key", centre, ask_once, it_is_not_done_again),
]
