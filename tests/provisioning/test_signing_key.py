"""A signing key that was replaced counts for its time to the millisecond, or not at all."""

import pytest

from protocol.envelope.keys import new_signer
from protocol.errors import RekeyError
from protocol.limits import MAX_FORMER_KEYS
from protocol.trust.roster import Roster
from provisioning.rekeying import FORMER_DAYS
from tests.provisioning.scene import Scene

_DAY_MS = 86_400_000


def replaced(scene: Scene, *, stolen: bool = False) -> Roster:
    scene.authority.announce_signing(new_signer(scene.randomness).public_bytes())
    return scene.authority.use_signing(stolen=stolen)


def former(scene: Scene) -> tuple[bytes, ...]:
    return scene.authority.roster().county()[1].former


def test_it_counts_from_its_announcement_to_ninety_days_after_its_end(scene: Scene) -> None:
    authority = scene.authority
    county, entry = authority.roster().county()
    assert entry.keys is not None
    old, new = entry.keys.signing, new_signer(scene.randomness).public_bytes()
    announced = authority.announce_signing(new)
    assert authority.announce_signing(new) is announced
    assert announced.present_keys(county) == announced.own_keys(county) == (old, new)
    used = authority.use_signing(stolen=False)
    assert used.present_keys(county) == (new,)
    assert used.own_keys(county) == used.signing_keys(county) == (new, old)
    scene.clock.tick(FORMER_DAYS * 86_400)
    assert authority.forget_former() is authority.roster()
    assert former(scene) == (old,)
    scene.clock.tick(0.001)
    assert authority.forget_former().own_keys(county) == (new,)
    scene.reopen()
    assert scene.authority.roster().own_keys(county) == (new,)


def test_a_date_in_doubt_drops_none(scene: Scene) -> None:
    replaced(scene)
    scene.clock.jump_wall(ms=(FORMER_DAYS + 1) * _DAY_MS)
    assert scene.authority.forget_former() is scene.authority.roster()
    assert len(former(scene)) == 1


def test_a_stolen_one_counts_no_more_nor_any_before_it(scene: Scene) -> None:
    replaced(scene)
    assert len(former(scene)) == 1
    roster = replaced(scene, stolen=True)
    assert former(scene) == ()
    assert len(roster.county_keys) == 1


def test_no_more_are_kept_than_a_roster_may_name(scene: Scene) -> None:
    for _ in range(MAX_FORMER_KEYS + 1):
        replaced(scene)
    assert len(former(scene)) == MAX_FORMER_KEYS


def test_steps_out_of_order_are_refused(scene: Scene) -> None:
    authority = scene.authority
    _, entry = authority.roster().county()
    assert entry.keys is not None
    with pytest.raises(RekeyError):
        authority.use_signing(stolen=True)
    with pytest.raises(RekeyError):
        authority.announce_signing(entry.keys.signing)
    authority.announce_signing(new_signer(scene.randomness).public_bytes())
    with pytest.raises(RekeyError):
        authority.announce_signing(new_signer(scene.randomness).public_bytes())
