"""Accounts and logins of one node, on a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from central.staff.accounts import Accounts
from central.staff.logins import Logins
from central.staff.roles import RIGHTS
from central.staff.second import SecondFactor
from central.store.engine import Store
from central.store.migrate import STAFF, migrate
from protocol.keys import NodeKeys, new_signer
from protocol.suites import SuiteNumber, new_opening_key
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

PASSWORD = "correct-horse-9"


@dataclass(kw_only=True)
class Office:
    """One node's people."""

    store: Store
    accounts: Accounts
    logins: Logins
    second: SecondFactor
    clock: FakeClock


@asynccontextmanager
async def open_office(database_url: str) -> AsyncIterator[Office]:
    """The people of a new node, on an empty database."""
    clock, chance = FakeClock(), SeededRandomness()
    opening = {suite: new_opening_key(suite, chance) for suite in SuiteNumber}
    second = SecondFactor(NodeKeys(signer=new_signer(chance), opening=opening), "驿站 龙州县")
    async with Store(database_url) as store:
        await migrate(store, STAFF)
        yield Office(
            store=store,
            accounts=Accounts(store, rights=RIGHTS, clock=clock, randomness=chance),
            logins=Logins(store, rights=RIGHTS, second=second, clock=clock, randomness=chance),
            second=second,
            clock=clock,
        )
