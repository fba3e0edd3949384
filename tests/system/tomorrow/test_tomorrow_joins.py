"""A PC with today's program joins a county of tomorrow: told so, and let in after its upgrade."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.errors import NeedsNewerError
from protocol.trust.enrolment import JoinVerdict
from protocol.trust.kit import Kit
from protocol.trust.roster import Role
from runtime.node.identity import has_identity, load_identity, pending_secrets
from runtime.system import SystemRandomness
from station_agent.store.vault import make_vault
from tests.builders.clock import FakeClock
from tests.builders.tomorrow import EntryOfTomorrow, upgraded
from tests.system.keys.renewing import DirectJoining, Place


@dataclass(frozen=True, kw_only=True)
class JoiningTomorrow(DirectJoining):
    """The county at the other end runs tomorrow's program."""

    async def _post(self, kit: Kit, parcel: bytes, read: object) -> JoinVerdict:
        with upgraded():
            return await super()._post(kit, parcel, read)  # type: ignore[arg-type]


async def test_a_kit_and_code_are_good_for_the_newer_program(tmp_path: Path) -> None:
    async with Place.open(tmp_path) as place:
        authority = place.county.authority
        with upgraded():
            invitation = authority.add(
                role=Role.STATION, code="451423103202", name="板营村", parent=None
            )
            register = authority._register
            county, entry = authority.roster().county()
            fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
            newer = EntryOfTomorrow(**fields | {"curfew": "22:00", "must": ("curfew",)})
            roster = register.put({county: altered(newer)})
            assert b"curfew" in roster.edition.entries[county]
        data = tmp_path / "later"
        pending_secrets(data, SystemRandomness())
        make_vault(data / "node.new", None, SystemRandomness())
        for upgrade in (nullcontext, nullcontext, upgraded):
            joining = JoiningTomorrow(
                clock=FakeClock(), randomness=SystemRandomness(), county=place.county
            )
            with upgrade():
                if upgrade is upgraded:
                    await joining.join(invitation.kit, invitation.code, data, Role.STATION)
                    assert load_identity(data).roster().version == roster.version + 1
                    return
                with pytest.raises(NeedsNewerError, match="curfew"):
                    await joining.join(invitation.kit, invitation.code, data, Role.STATION)
                assert not has_identity(data)
