"""Every action of every tier."""

from tests.faults.action import Action
from tests.faults.actions import (
    answers,
    catalogue,
    clerks,
    county,
    drafts,
    filings,
    following,
    followups,
    joining,
    life,
    market,
    papers,
    publicity,
    rekeying,
    relay,
    renewal,
    station,
    tls,
)

ACTIONS: list[Action] = [
    *station.ACTIONS,
    *clerks.ACTIONS,
    *drafts.ACTIONS,
    *papers.ACTIONS,
    *filings.ACTIONS,
    *publicity.ACTIONS,
    *following.ACTIONS,
    *relay.ACTIONS,
    *county.ACTIONS,
    *followups.ACTIONS,
    *market.ACTIONS,
    *answers.ACTIONS,
    *catalogue.ACTIONS,
    *joining.ACTIONS,
    *renewal.ACTIONS,
    *rekeying.ACTIONS,
    *life.ACTIONS,
    *tls.ACTIONS,
]
