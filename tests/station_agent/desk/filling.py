"""Filling in a form at the desk, as a browser does it."""

import html
import re

from tests.station_agent.desk.visitor import Visitor

ITEM = "/items/pension"
FORM = f"{ITEM}/form"


def hidden(text: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', text)
    assert found, text
    return html.unescape(found[1])


async def begins(visitor: Visitor) -> str:
    """The id of a new application."""
    return (await visitor.get(FORM)).headers["Location"].removeprefix(f"{FORM}/")


async def sends(visitor: Visitor, application: str, name: str, *more: str) -> str:
    """Fill in and check; where that leads."""
    path = f"{FORM}/{application}"
    form = {"token": await visitor.token(path), "name": name, **dict.fromkeys(more, "x")}
    answer = await visitor.post(path, form)
    assert answer.status == 303
    return answer.headers["Location"]


async def text_of(visitor: Visitor, path: str) -> str:
    return await (await visitor.get(path)).text()


async def fills_in(visitor: Visitor, name: str) -> tuple[str, str]:
    """Fill in and check, without papers; the page that answers, and the application's id."""
    application = await begins(visitor)
    led = await sends(visitor, application, name)
    if led == f"/papers/pension/{application}":
        led = f"{ITEM}/check/{application}"
    return await text_of(visitor, led), application


def carried(page: str) -> dict[str, str]:
    """What the page to read out sends on."""
    return {name: hidden(page, name) for name in ("token", "-form")}
