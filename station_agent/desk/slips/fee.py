"""What an application costs, as its own form says: for a slip.

Source: docs/operations.md, "Slips".
"""

from protocol.catalogue.fees.of_form import asked_names, facts_of_form
from protocol.catalogue.fees.told import FeeSheet
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.items.release import parse_item
from protocol.errors import YizhanError
from protocol.trust.schedule import local_time
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.intake.calls import AskFee
from station_agent.slips.calls import SlipText


async def fee_of(page: Page, slip: SlipText) -> FeeSheet | None:
    """The sheet, computed from what was filled in here; None: that does not tell it.

    A rule with a relief that a paper has to prove is not computed: the agency looks at the paper.
    """
    desk = page.request.app[DESK]
    content = await desk.earlier.handed_in(opened_of(page), slip.application)
    if content is None:
        return None
    try:
        found = await desk.applying.questions().found(slip.item)
        item = parse_item(found.entry or b"", found.library)
        if any(rule.relief for rule in item.fee_rules) or not asked_names(item.fee_rules):
            return None
        form = read_entry(item.schema, content.texts)
        facts = dict(facts_of_form(item.fee_rules, item.schema.meant, form))
        day = local_time(slip.at_ms).date().isoformat()
        wanted = AskFee(item=slip.item, facts=facts, day=day)
        return (await desk.applying.fee(page.actor, wanted)).sheet
    except YizhanError:  # the item is gone, or a fact is not asked: it says by which rule
        return None
