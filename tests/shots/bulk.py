"""An order of many decisions that waits for its word, and one that is done, for pictures."""

import json

from central.county.flows.bulk.service import Looked, Order, Run
from protocol.json_values import to_json
from runtime.control.owner import Report
from runtime.web.site import Site


async def start_bulk(site: Site, owner: str, case: str, why: str) -> tuple[str, str]:
    """Number of the order and of the task; one case is left out, and says why."""
    cases = [
        Looked(case=case, title="社会保障卡启用（激活）", n=2),
        Looked(case=case, title="社会保障卡启用（激活）", why=why),
    ]
    order = Order(cases=cases, outcome="approved", note=why)

    async def done(_: Report) -> Run:
        return Run(order=order, lines=[*cases])

    kept = json.dumps(to_json(order), ensure_ascii=False).encode()
    task = site.tasks.start(owner, "bulk", done)
    await site.tasks.close()
    return site.uploads.put(owner, "bulk", kept), task.number
