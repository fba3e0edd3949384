"""A closed case becomes a package: the event that names its digest, and the package, or neither."""

from central.county.archive.calls import MakePackages, ShowPackage
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.casework.events.closing import Archived
from protocol.casework.states import State
from protocol.envelope.payloads import Outcome
from runtime.actor import Actor
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, first_case, with_cases

BY, OWNER = By(name="李主任"), Actor.at_command_line("管理员")


async def file(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        case, flows = await first_case(county), county.node.county.flows
        await flows.decide(case, outcome=Outcome.APPROVED, note="")
        given = Wanted(action="deliver", fields={"way": "window", "person": "本人"})
        await flows.act(case, given, BY)
        with mains.armed():
            await county.node.services.archive.make(OWNER, MakePackages(cases=[case]))


async def the_event_names_its_package_or_neither_is_there(made: Centre, told: bool) -> None:
    async with made.open() as county:
        case, archive = await first_case(county), county.node.services.archive
        life = await county.node.county.flows.life(case)
        if life.status.state is not State.ARCHIVED:
            assert not told
            await archive.make(OWNER, MakePackages(cases=[case]))
            life = await county.node.county.flows.life(case)
        package = (await archive.show(OWNER, ShowPackage(case=case))).package
        assert isinstance(filed := life.events[-1].body, Archived)
        assert filed.digest == package.sha256


ACTIONS = [
    Action(
        "county: file a case",
        with_cases,
        file,
        the_event_names_its_package_or_neither_is_there,
    )
]
