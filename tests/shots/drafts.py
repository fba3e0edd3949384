"""Drafts of the catalogue in each state, for the pictures of their pages."""

import json
from typing import Any

from central.county.catalogue.drafts.intents import Intent
from protocol.trust.edition import Edition
from tests.shots.county import ShownCounty, shown_catalogue


async def propose_drafts(shown: ShownCounty) -> list[str]:
    """A published draft, one that waits for long, one that is approved, and one sent back."""
    document, drafts = json.loads(shown_catalogue()), shown.county.drafts
    item = document["items"][0]
    for number, name in enumerate(("参保登记", "参保登记（新）", "参保登记（暂行）", "参保"), 1):
        item["name"] = f"城乡居民基本养老保险{name}"
        item["conditions"] = [*item.get("conditions", []), f"第 {number} 次修改的条件"]
        item["schema"]["properties"][f"extra{number}"] = {"type": "string", "title": "备注"}
        file = json.dumps(document, ensure_ascii=False).encode()

        async def make(_: Edition | None, data: bytes = file) -> Any:
            return await shown.county.catalogue.read(data)

        await drafts.propose(Intent(make=make, author="黄海"))
        if number == 1:
            await drafts.approve(1, "王芳")
            await drafts.publish(1, None)
    await drafts.approve(3, "王芳")
    await drafts.refuse(4, "王芳", "名称与国家目录不一致，请改回“参保登记”。")
    return ["1", "2", "3", "4"]
