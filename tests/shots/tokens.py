"""Tokens of the API, for pictures."""

from central.county.api.calls import AddToken, RevokeToken, TokenRight
from central.county.api.tokens import TokenService
from runtime.actor import Actor
from runtime.record import Record
from runtime.system import SystemRandomness
from tests.central.nodes import NodeRelay


async def with_tokens(relay: NodeRelay, record: Record) -> TokenService:
    """One that is used, one that was taken back."""
    tokens = TokenService(
        relay.store, clock=relay.clock, randomness=SystemRandomness(), record=record
    )
    root = Actor.at_command_line("root")
    made = await tokens.add(root, AddToken(name="社保接口", rights=[*TokenRight], department="R01"))
    await tokens.holder(made.token)
    await tokens.add(root, AddToken(name="旧系统", days=30))
    await tokens.revoke(root, RevokeToken(name="旧系统"))
    return tokens
