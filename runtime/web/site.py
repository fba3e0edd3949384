"""The objects behind the pages of one node: whoever serves pages composes them.

Source: docs/architecture.md, "Pages".
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web

from protocol.ports import Clock
from runtime.web.alerts import Alert
from runtime.web.guard import FormTokens, Hosts, cookie_name
from runtime.web.limits import MAX_FORM_POST_BYTES, MAX_LONG_FORM_BYTES
from runtime.web.logins import Logins, Reader
from runtime.web.repeats import Repeats
from runtime.web.tasks import Tasks
from runtime.web.templates import Templates
from runtime.web.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What every page of a site has around it; names of templates are empty for nothing."""

    home: str  # path of the first page
    homes: Mapping[Enum, str] = field(default_factory=dict)  # of those who have a right: another
    menu: str = ""  # template with the links of the menu
    own_menu: str = ""  # template with the links of the reader's own menu
    alerts: str = ""  # template with the words of alerts
    help: str = ""  # template at the foot of every page, also of who is not logged in
    cover: str = ""  # template of what hides a page whose login nobody uses
    forgotten: str = ""  # path of the page for who has forgotten the password

    def home_of(self, reader: Reader) -> str:
        """The first page of a reader: where their own work is."""
        own = (path for right, path in self.homes.items() if reader.may(right))
        return next(own, self.home)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """A form with files that are larger, or from other people, than those of all forms."""

    right: Enum  # who may send it
    max_bytes: int  # of all files in it


@dataclass(frozen=True, slots=True, kw_only=True)
class FormGuard:
    """A form counts from a page of this login alone, and once."""

    tokens: FormTokens
    repeats: Repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a site has of its own."""

    title: str  # of the node, as the head of each page says it
    layout: Layout
    routes: Sequence[web.RouteTableDef]
    training: bool = False  # every page and paper is marked: what is done here counts nowhere
    upload_right: Enum | None = None  # who may send files; None: nobody
    long_forms: Mapping[str, Enum] = field(default_factory=dict)  # where, and who may send them
    file_forms: Mapping[str, FileForm] = field(default_factory=dict)  # by path, or folder with /
    in_pieces: tuple[str, ...] = ()  # beginnings of paths where files are read by hand
    public: tuple[str, ...] = ()  # beginnings of paths that nobody need log in for
    keep_unread: Callable[[web.Request], Awaitable[str]] | None = None
    """Keeps a form that nobody was logged in for; where to go on, empty if it was not kept."""
    admit: Callable[[web.Request, Reader], Awaitable[None]] | None = None
    """Raises LoginNeededError unless a request comes from whoever has this login."""
    shared: Mapping[web.AppKey[Any], Any] = field(default_factory=dict)  # for the handlers
    alerts: Callable[[], Sequence[Alert]] = tuple  # what the head of every page says


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The objects behind the pages of one node."""

    node: str  # its id: names the cookies, which all ports of a host share
    content: Content
    templates: Templates
    logins: Logins
    tasks: Tasks
    uploads: Uploads
    forms: FormGuard
    clock: Clock
    chance: Callable[[int], bytes]  # so many random bytes
    secure: bool = True  # over TLS; else on this machine alone
    hosts: Hosts = field(default_factory=Hosts)  # none until it is open

    @property
    def cookie(self) -> str:
        """Name of the cookie by which a login is known."""
        return cookie_name(self.node, secure=self.secure)

    @property
    def known_cookie(self) -> str:
        """Name of the cookie by which a browser is known in which somebody has logged in."""
        return f"{self.cookie}-known"

    @property
    def max_post_bytes(self) -> int:
        """Of a form with a file."""
        return self.uploads.max_bytes + MAX_FORM_POST_BYTES

    @property
    def most_post_bytes(self) -> int:
        """Of any form."""
        forms = (form.max_bytes + MAX_FORM_POST_BYTES for form in self.content.file_forms.values())
        return max(self.max_post_bytes, MAX_LONG_FORM_BYTES, *forms)

    async def close(self) -> None:
        """Wait for what is under way, and write down what was only counted."""
        await self.tasks.close()
        await self.logins.close()


SITE = web.AppKey("SITE", Site)
