"""A file to propose, and proposing it as a service is asked to."""

import json
from typing import Any

from central.county.catalogue.drafts.calls import Proposed
from central.county.catalogue.drafts.intents import Intent
from protocol.trust.edition import Edition
from tests.central.county.centre import Centre
from tests.central.county.village import CATALOGUE


def file(name: str = "", **about: object) -> bytes:
    document: dict[str, Any] = json.loads(CATALOGUE) | about
    if name:
        document["items"][0]["name"] = name
    return json.dumps(document, ensure_ascii=False).encode()


async def propose(
    centre: Centre, data: bytes, author: str = "张三", draft: int = 0, replaces: str = ""
) -> Proposed:
    catalogue = centre.county.catalogue

    async def make(_: Edition | None) -> Any:
        return await catalogue.read(data)

    intent = Intent(make=make, author=author, draft=draft, replaces=replaces)
    return await centre.county.drafts.propose(intent)


def release(centre: Centre) -> Edition:
    found = centre.relay.editions.release
    assert found is not None
    return found
