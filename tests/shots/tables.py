"""Catalogues that were sent, and one to be fetched, for the pictures of these pages."""

import json
from collections.abc import Sequence
from functools import partial

from central.accounts.roles import RIGHTS, StaffRole
from central.county.catalogue.exchange.packing import Form
from central.county.catalogue.pages.tables.desk import Wanted
from central.county.catalogue.pages.tables.exchange import TABLES
from runtime.actor import Actor
from tests.shots.county import ShownCounty, shown_catalogue


def uploads() -> list[str]:
    """A catalogue with changes, one with faults, and one that is as it was."""
    changed, wrong = json.loads(shown_catalogue()), json.loads(shown_catalogue())
    changed["items"][3]["name"] = "户口登记（新）"
    changed["items"][3]["limits"] = {"legal": "20wd", "promised": "3wd", "starts": "village"}
    del changed["items"][7:9]
    for at, item in enumerate(wrong["items"][:40]):
        item[("type", "level", "mode")[at % 3]] = "不知道"
    return [json.dumps(changed), json.dumps(wrong), shown_catalogue().decode()]


async def start_tables(shown: ShownCounty, owner: str, sent: Sequence[str]) -> list[str]:
    """A check of each text that was sent, and an export; the numbers of their tasks."""
    actor = Actor.on_page(owner, RIGHTS[StaffRole.AUTHOR])
    desk, tasks = shown.site.content.shared[TABLES], shown.site.tasks
    checks = [partial(desk.check, actor, [("t.json", text.encode())]) for text in sent]
    numbers = []
    for check in checks:
        numbers.append(tasks.start(owner, "catalogue-check", check).number)
        await tasks.close()  # one after the other: what was sent last can be confirmed
    wanted = Wanted(form=Form.EXCEL, national=False, release=0)
    export = tasks.start(owner, "catalogue-export", partial(desk.export, actor, wanted))
    await tasks.close()
    return [*numbers, export.number]
