"""A node that has just joined was just heard of: it is not silent."""

from pathlib import Path

from central.commands.county import cli
from central.county.app import open_county
from central.server.config import ServerConfig
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from runtime.cli.program import run_program
from tests.builders.chance import SeededRandomness
from tests.provisioning.scene import Machine, make_secrets


async def test_joining_counts_as_contact(tmp_path: Path) -> None:
    data = tmp_path / "county"
    place = ("--code", "451423", "--name", "龙州县", "--url", "https://127.0.0.1:8440")
    assert run_program(cli, ["init", str(data), *place], name="yizhan-county") == 0
    async with open_county(data, ServerConfig()) as node:
        invitation = node.authority.add(
            role=Role.STATION, code="451423103201", name="独山村", parent=None, url=""
        )
        secrets = make_secrets(SeededRandomness())
        machine = Machine(kit=read_kit(invitation.kit), secrets=secrets)
        parcel, _ = machine.parcel(invitation.code)
        await node.admit(parcel)
        view = await node.county.nodes.one(machine.node)
        assert view.heard_by == node.relay.node
        assert view.heard_age_s is not None
        assert view.heard_age_s < 60  # by the machine's clock
        assert view.alarms == ()
