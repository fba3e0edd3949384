"""The command line reaches the authority through the server that owns the data folder."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import NodeUnknownError, RefusedError, UsageError
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from provisioning.enrolment.calls import ADD as ADDING
from provisioning.operations import recorded
from provisioning.roster.calls import SHOW as SHOWING
from runtime.cli.command import silent
from runtime.control.owner import Owner, call
from tests.provisioning.scene import HUB_URL, Scene

ADD, SHOW = ADDING.name, SHOWING.name
HUB = {"role": "hub", "code": "451423103", "name": "水口镇", "parent": None, "url": HUB_URL}


class Server:
    """Owns the data folder, as the county's server does; hears of each new roster."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.versions: list[int] = []

    async def heard(self) -> None:
        self.versions.append(self.scene.authority.roster().version)

    async def call(self, name: str, args: dict[str, Any]) -> Any:
        return await call(self.scene.data, name, args, silent)


@pytest.fixture
async def server(scene: Scene) -> AsyncIterator[Server]:
    running, owner = Server(scene), Owner(scene.data)
    assert owner.try_lock()
    await owner.serve(recorded(scene.authority, running.heard))
    yield running
    await owner.close()


async def test_a_node_is_added_while_the_server_runs(server: Server) -> None:
    answer = await server.call(ADD, HUB)
    kit = read_kit(base64.b64decode(answer["kit"]))
    assert (kit.node, kit.role) == (answer["node"], Role.HUB)
    assert answer["node"] in server.scene.authority.roster().nodes
    assert server.versions == [2]  # the server was told before the command line got its answer


async def test_the_code_that_was_printed_opens_the_kit(server: Server) -> None:
    answer = await server.call(ADD, HUB)
    scene = server.scene
    kit = read_kit(base64.b64decode(answer["kit"]))
    machine = scene.machine(scene.add_station())
    machine.kit = kit
    assert scene.authority.admit(machine.parcel(answer["code"])[0], scene.opening_key)


async def test_a_refusal_keeps_its_kind_and_changes_nothing(server: Server) -> None:
    with pytest.raises(NodeUnknownError):
        await server.call(ADD, HUB | {"parent": "0" * 16})
    with pytest.raises(UsageError):
        await server.call(ADD, HUB | {"url": "http://x"})
    with pytest.raises(RefusedError):
        await server.call(ADD, HUB | {"role": "emperor"})
    assert server.versions == []
    assert server.scene.authority.roster().version == 1


async def test_show_lists_every_node(server: Server) -> None:
    hub = (await server.call(ADD, HUB))["node"]
    station = server.scene.add_station(hub).node
    rows = {row["node"]: row for row in await server.call(SHOW, {})}
    county = server.scene.county
    assert {node: row["role"] for node, row in rows.items()} == {
        county: "county",
        hub: "hub",
        station: "station",
    }
    assert rows[hub] == {
        "node": hub,
        "role": "hub",
        "code": "451423103000",
        "name": "水口镇",
        "parent": county,
        "others": [],
        "state": "invited",
        "url": HUB_URL,
        "budget": None,
        "upto": None,
        "replaced": 0,
    }
    assert (rows[county]["parent"], rows[station]["url"]) == (None, None)


async def test_the_owner_answers_from_a_folder_with_a_long_name(tmp_path: Path) -> None:
    scene = Scene(data=tmp_path / ("长" * 40))  # too long for a Unix socket: a port instead
    owner = Owner(scene.data)
    assert owner.try_lock()
    server = Server(scene)
    await owner.serve(recorded(scene.authority, server.heard))
    assert len(await server.call(SHOW, {})) == 1
    await owner.close()
    scene.authority.close()
