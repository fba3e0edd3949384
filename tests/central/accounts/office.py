"""Accounts and logins of one node, on a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import URL

from central.accounts.accounts import Accounts
from central.accounts.codetime import county_times
from central.accounts.credentials import Credentials
from central.accounts.logins import Logins
from central.accounts.onetime import OneTime
from central.accounts.pages.shared import STAFF, Staff
from central.accounts.proposals import Proposals
from central.accounts.roles import HUB_RIGHTS, RIGHTS
from central.accounts.second import SecondFactor
from central.accounts.service import AccountService
from central.accounts.tries import Tries
from central.hub.record import LogRecord
from central.relay.service import Relay
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, migrate
from protocol.envelope.keys import NodeKeys, new_signer
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.trust.trusted_clock import TrustedClock
from provisioning.audit.record import AuditRecord
from provisioning.authority import Authority
from runtime.web.site import Site
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

PASSWORD = "correct-horse-9"


def staff_at(site: Site) -> Staff:
    """The people behind the pages of ``site``."""
    staff: Staff = site.content.shared[STAFF]
    return staff


def accounts_of(
    relay: Relay, randomness: SeededRandomness, authority: Authority | None = None
) -> AccountService:
    """The accounts of a county with its authority, or of a hub without one."""
    rights = RIGHTS if authority else HUB_RIGHTS
    accounts = Accounts(
        relay.store,
        rights=rights,
        tries=Tries(relay.clock, b"secret"),
        clock=relay.clock,
        randomness=randomness,
    )
    if authority is None:
        return AccountService(accounts, role="hub", rights=rights, record=LogRecord())
    record = AuditRecord(authority.audit)
    return AccountService(accounts, role="county", rights=rights, record=record)


@dataclass(kw_only=True)
class Office:
    """One node's people."""

    store: Store
    accounts: Accounts
    logins: Logins
    second: SecondFactor
    clock: FakeClock
    trusted: TrustedClock
    onetime: OneTime
    proposals: Proposals


@asynccontextmanager
async def open_office(database_url: str | URL) -> AsyncIterator[Office]:
    """The people of a new node, on an empty database."""
    clock, chance = FakeClock(), SeededRandomness()
    opening = {suite: new_opening_key(suite, chance) for suite in SuiteNumber}
    keys = NodeKeys(signer=new_signer(chance), opening=opening)
    trusted = TrustedClock(clock)
    second = SecondFactor(keys, "驿站 龙州县", county_times(trusted))
    async with Store(database_url) as store:
        await migrate(store, ACCOUNTS)
        tries = Tries(clock, b"secret")
        credentials = Credentials(
            store, rights=RIGHTS, second=second, tries=tries, clock=clock, randomness=chance
        )
        yield Office(
            store=store,
            accounts=Accounts(store, rights=RIGHTS, tries=tries, clock=clock, randomness=chance),
            logins=Logins(
                store,
                credentials=credentials,
                second=second,
                clock=clock,
                randomness=chance,
            ),
            second=second,
            clock=clock,
            trusted=trusted,
            onetime=OneTime(store, keys, clock=clock, randomness=chance),
            proposals=Proposals(store, clock=clock, randomness=chance),
        )
