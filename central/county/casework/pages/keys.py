"""What the handlers of these pages find in their application."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from central.county.casework.answers.document_state import DocumentState
from central.county.casework.calls import CaseShown
from central.county.casework.operations import CaseOperations
from runtime.actor import Actor
from runtime.web.page import Page

CASES = web.AppKey("CASES", CaseOperations)
DOCUMENTS_OF: web.AppKey[Callable[[Actor, CaseShown], Awaitable[Sequence[DocumentState]]]] = (
    web.AppKey("DOCUMENTS_OF")
)
"""How the documents of a case stand that somebody looks at."""
TOWNSHIPS: web.AppKey[Callable[[], Mapping[str, str]]] = web.AppKey("TOWNSHIPS")
"""Names of the townships' hubs by node id."""
VILLAGES: web.AppKey[Callable[[], Sequence[str]]] = web.AppKey("VILLAGES")
"""Names of the stations, to choose from."""
Beside = Callable[[Page, str], Awaitable[Mapping[str, object]]]
BESIDE: web.AppKey[Beside] = web.AppKey("BESIDE")
"""What another room shows of a case on its page, under the template flows/life.html."""
