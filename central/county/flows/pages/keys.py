"""What the handlers of these pages find in their application."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from central.county.flows.calls import Act
from central.county.flows.choosing import Choices
from central.county.flows.operations import FlowOperations
from runtime.actor import Actor

FLOWS = web.AppKey("FLOWS", FlowOperations)
Usual = Callable[[Actor, str], Awaitable[Mapping[str, Sequence[str]]]]
USUAL_FAULTS: web.AppKey[Usual] = web.AppKey("USUAL_FAULTS")
"""What is usually wrong with each paper of a case, by the paper's id."""
Choose = Callable[[Actor, str], Awaitable[Choices]]
CHOICES: web.AppKey[Choose] = web.AppKey("CHOICES")
"""What can be chosen for the next step of a case."""
Preview = Callable[[Actor, Act], Awaitable[bytes | None]]
PREVIEW: web.AppKey[Preview] = web.AppKey("PREVIEW")
"""The document that an action would bring, as a draft; None: it brings none."""
