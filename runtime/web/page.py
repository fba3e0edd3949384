"""A page as one reader sees it: who that is, what was sent, and what is shown."""

from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from protocol.errors import LoginForbiddenError, LoginNeededError, UsageError
from runtime.actor import Actor
from runtime.web.language import language_of
from runtime.web.logins import Reader
from runtime.web.site import SITE
from runtime.web.tasks import Task

READER: web.RequestKey[Reader] = web.RequestKey("READER")
_MAX_FIELD_CHARS = 4000
_PAGE_BYTES = 12  # random, in the token of each page


class Page:
    """Made by a handler: ``page = Page(request).needs(Right.LOOK)``."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self.site = request.app[SITE]
        self.language = language_of(request, self.site.node)

    @property
    def cookie(self) -> str:
        """What the browser sent of this site's own; empty if nothing."""
        return self.request.cookies.get(self.site.cookie, "")

    @property
    def reader(self) -> Reader | None:
        """Who is logged in, on a page that shows itself to anybody."""
        reader: Reader | None = self.request.get(READER)
        return reader

    @property
    def login(self) -> Reader:
        """Who is logged in.

        Raises:
            LoginNeededError: nobody.
        """
        if self.reader is None:
            raise LoginNeededError
        return self.reader

    @property
    def actor(self) -> Actor:
        """The reader, for the service that is asked.

        Raises:
            LoginNeededError: nobody is logged in.
        """
        return Actor.on_page(self.login.name, self.login.rights)

    def needs(self, right: Enum) -> "Page":
        """This page, for those who have a right.

        Raises:
            LoginForbiddenError: the reader has not.
        """
        if not self.login.may(right):
            raise LoginForbiddenError(str(right.value))
        return self

    async def field(self, name: str, *, most: int = _MAX_FIELD_CHARS) -> str:
        """What was typed into one field of a form, without spaces around it; may be empty.

        Raises:
            UsageError: longer than it may be, or no text.
        """
        value = (await self.request.post()).get(name, "")
        if not isinstance(value, str) or len(value) > most:
            raise UsageError(f"{name}: 1–{most}")
        return value.strip()

    async def secret(self, name: str) -> str:
        """The same, with its spaces: a password."""
        value = (await self.request.post()).get(name, "")
        return value if isinstance(value, str) else ""

    async def upload(self, name: str) -> bytes:
        """The bytes of a file that was sent with a form; empty if none was.

        The form's size has been checked before.
        """
        value = (await self.request.post()).get(name)
        return value.file.read() if isinstance(value, web.FileField) else b""

    async def uploads(self, name: str) -> list[tuple[str, bytes]]:
        """The name and the bytes of each file that was sent under one name of a form.

        The form's size has been checked before.
        """
        values = (await self.request.post()).getall(name, [])
        return [(one.filename, one.file.read()) for one in values if isinstance(one, web.FileField)]

    def show(
        self,
        template: str,
        /,
        *,
        status: int = 200,
        cookie: str = "",
        **values: Any,  # noqa: ANN401 - whatever it shows
    ) -> web.Response:
        """Render ``template`` for this reader; ``cookie`` is one that comes with this page."""
        cookie = cookie or self.cookie
        text = self.site.templates.render(
            template,
            self.language,
            site=self.site.content,
            login=self.reader,
            path=self.request.path,
            here=address_of(self.request),
            now_ms=self.site.clock.now_ms(),
            token=self.site.forms.tokens.of(cookie, self.site.chance(_PAGE_BYTES)),
            **values,
        )
        return web.Response(text=text, content_type="text/html", status=status)

    def bar(self, task: Task) -> web.Response:
        """How far a task is, alone; once it has ended, the browser loads the whole page."""
        response = self.show("tasks/bar.html", task=task, url=self.request.path)
        if task.ended:
            response.headers["HX-Refresh"] = "true"
        return response

    @staticmethod
    def go(path: str) -> web.Response:
        """On to another page of this site, after a form was taken."""
        return web.Response(status=303, headers={"Location": path})


def is_fragment(request: web.Request) -> bool:
    """Whether the browser asks for a part of a page only."""
    return request.headers.get("HX-Request") == "true"


def is_live(request: web.Request) -> bool:
    """Whether an open page asks for its own news, without anybody's click."""
    return is_fragment(request) and "live" in request.query


def address_of(request: web.Request) -> str:
    """The page that the reader looks at, with what it was asked for.

    A form, or a part of a page, is asked for from a page that the browser names.
    """
    if request.method == "GET" and not is_fragment(request):
        return request.path_qs
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.host:
        return "/"
    asked = f"?{came_from.query}" if came_from.query else ""
    return own_path(f"{came_from.path}{asked}", "/")


def own_path(path: str, otherwise: str) -> str:
    """``path`` if it leads nowhere else than into this site."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else otherwise
