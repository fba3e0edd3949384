"""Each clerk opens the one vault with a password of her own, and the county with its key."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.keys import PublicKeys, key_name
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key, seal
from protocol.envelope.vault import (
    VaultRecord,
    new_vault,
    open_row,
    read_record,
    record_bytes,
    seal_row,
    unlock,
    with_clerk,
    without_clerk,
)
from protocol.envelope.vault_county import (
    CountyRecipient,
    CountySlot,
    open_county_slot,
    open_release,
    release_to,
)
from protocol.envelope.vault_slots import Slot
from protocol.errors import LockedError, PasswordWrongError, UnopenableError
from protocol.ids import NodeId
from tests.builders.chance import SeededRandomness
from tests.builders.strategies import flipped

STATION, OTHER = NodeId("11" * 16), NodeId("22" * 16)
CHANCE = SeededRandomness(7)
COUNTY = new_opening_key(SuiteNumber.XWING, CHANCE)
THIN_COUNTY = new_opening_key(SuiteNumber.X25519, CHANCE)
KEYS = PublicKeys(signing=bytes(32), xwing=COUNTY.public_bytes(), x25519=THIN_COUNTY.public_bytes())
FIRST, KEY_FILE = new_vault(None, CHANCE, CountyRecipient(station=STATION, keys=KEYS))
KEY = unlock(FIRST, None, KEY_FILE)
ONE = with_clerk(FIRST, KEY, "韦小芳", "一号口令", CHANCE)
TWO = with_clerk(ONE, KEY, "农志强", "二号口令", CHANCE)


def test_every_clerk_opens_what_was_put_in_before_any_was_there() -> None:
    row = seal_row(FIRST, "draft 7", b"name")
    for name, password in (("韦小芳", "一号口令"), ("农志强", "二号口令")):
        assert open_row(unlock(TWO, password, None, name=name), "draft 7", row) == b"name"


def test_the_key_file_opens_nothing_once_there_is_a_clerk() -> None:
    assert not FIRST.has_password
    assert ONE.has_password
    assert [slot.name for slot in ONE.slots] == ["韦小芳"]
    with pytest.raises(LockedError):
        unlock(ONE, None, KEY_FILE)


def test_the_password_from_joining_goes_with_the_first_clerk() -> None:
    record, _ = new_vault("开站口令", CHANCE)
    key = unlock(record, "开站口令", None)
    later = with_clerk(record, key, "韦小芳", "一号口令", CHANCE)
    with pytest.raises(PasswordWrongError):
        unlock(later, "开站口令", None)
    assert unlock(later, "一号口令", None, name="韦小芳") == key


@pytest.mark.parametrize(
    ("name", "password"),
    [("韦小芳", "二号口令"), ("农志强", "一号口令"), ("黄", "一号口令"), ("", "一号口令")],
)
def test_a_password_is_its_clerks_alone(name: str, password: str) -> None:
    with pytest.raises(PasswordWrongError):
        unlock(TWO, password, None, name=name)


def test_a_slot_under_another_name_does_not_open() -> None:
    """Else whoever writes to the disk could have one clerk's work done in another's name."""
    slot = TWO.slots[0]
    renamed = Slot(name="黄", salt=slot.salt, nonce=slot.nonce, wrapped=slot.wrapped)
    record = VaultRecord(public=TWO.public, slots=(renamed,))
    with pytest.raises(PasswordWrongError):
        unlock(record, "一号口令", None, name="黄")


def test_a_slot_in_another_vault_does_not_open() -> None:
    """Else what is sealed from then on would be for a key that the clerk does not hold."""
    other, _ = new_vault(None, CHANCE)
    record = VaultRecord(public=other.public, slots=TWO.slots)
    with pytest.raises(PasswordWrongError):
        unlock(record, "一号口令", None, name="韦小芳")


def test_a_vault_with_the_stations_own_slot_is_open_whoever_else_has_one() -> None:
    record = VaultRecord(public=TWO.public, slots=(*FIRST.slots, *TWO.slots))
    assert not record.has_password
    assert unlock(record, None, KEY_FILE) == KEY


def test_the_name_of_nobody_takes_as_long_as_a_wrong_password() -> None:
    def worked_s(name: str) -> float:
        begun_s = time.process_time()
        with pytest.raises(PasswordWrongError):
            unlock(TWO, "哪一个口令", None, name=name)
        return time.process_time() - begun_s

    assert min(worked_s("黄") for _ in range(3)) > min(worked_s("韦小芳") for _ in range(3)) / 4


def test_another_password_closes_the_old_one_and_keeps_the_place() -> None:
    changed = with_clerk(TWO, KEY, "韦小芳", "新的口令", CHANCE)
    assert changed.clerks == ("韦小芳", "农志强")
    with pytest.raises(PasswordWrongError):
        unlock(changed, "一号口令", None, name="韦小芳")
    assert unlock(changed, "新的口令", None, name="韦小芳") == KEY


def test_who_is_removed_is_out_and_the_others_stay() -> None:
    left = without_clerk(TWO, "韦小芳")
    with pytest.raises(PasswordWrongError):
        unlock(left, "一号口令", None, name="韦小芳")
    assert unlock(left, "二号口令", None, name="农志强") == KEY
    assert left.county == FIRST.county


def test_a_record_with_slots_comes_back_from_disk_as_it_was_written() -> None:
    assert read_record(record_bytes(TWO)) == TWO


def county_slot() -> CountySlot:
    assert TWO.county is not None
    return TWO.county


def test_the_county_opens_its_slot_and_releases_it_to_one_desk() -> None:
    key = open_county_slot(county_slot(), station=STATION, public=TWO.public, key=COUNTY)
    assert key == KEY
    desk = new_opening_key(SuiteNumber.X25519, CHANCE)
    release = release_to(key, station=STATION, desk=desk.public_bytes())
    assert KEY.secret not in release
    assert open_release(release, station=STATION, public=TWO.public, desk=desk) == KEY
    for station, public, other in (
        (OTHER, TWO.public, desk),
        (STATION, THIN_COUNTY.public_bytes(), desk),
        (STATION, TWO.public, new_opening_key(SuiteNumber.X25519, CHANCE)),
    ):
        with pytest.raises(UnopenableError):
            open_release(release, station=station, public=public, desk=other)


def test_the_countys_slot_says_which_of_its_keys_opens_it() -> None:
    slot = county_slot()
    assert (slot.suite, slot.key) == (COUNTY.suite.value, key_name(COUNTY.public_bytes()))


def test_the_countys_slot_is_no_release() -> None:
    keys = PublicKeys(signing=bytes(32), x25519=THIN_COUNTY.public_bytes())
    slot = CountyRecipient(station=STATION, keys=keys).slot(KEY)
    with pytest.raises(UnopenableError):
        open_release(slot.sealed, station=STATION, public=TWO.public, desk=THIN_COUNTY)


@pytest.mark.parametrize("inside", [THIN_COUNTY.secret, b"no key"], ids=["another key", "no key"])
def test_a_release_of_another_key_is_none(inside: bytes) -> None:
    desk = new_opening_key(SuiteNumber.X25519, CHANCE)
    context = b"yizhan/vault-release/1\x00" + bytes.fromhex(STATION) + TWO.public
    release = seal(SuiteNumber.X25519, desk.public_bytes(), inside, context)
    with pytest.raises(UnopenableError):
        open_release(release, station=STATION, public=TWO.public, desk=desk)


def test_a_county_with_the_thin_suite_alone_has_a_slot_too() -> None:
    keys = PublicKeys(signing=bytes(32), x25519=THIN_COUNTY.public_bytes())
    slot = CountyRecipient(station=STATION, keys=keys).slot(KEY)
    assert open_county_slot(slot, station=STATION, public=TWO.public, key=THIN_COUNTY) == KEY
    with pytest.raises(UnopenableError):
        open_county_slot(slot, station=STATION, public=TWO.public, key=COUNTY)


@pytest.mark.parametrize(
    ("station", "public", "key"),
    [
        (OTHER, TWO.public, COUNTY),
        (STATION, bytes(32), COUNTY),
        (STATION, TWO.public, new_opening_key(SuiteNumber.XWING, CHANCE)),
    ],
)
def test_the_countys_slot_is_of_one_station_one_vault_and_one_county(
    station: NodeId, public: bytes, key: SoftwareOpeningKey
) -> None:
    with pytest.raises(UnopenableError):
        open_county_slot(county_slot(), station=station, public=public, key=key)


@given(st.integers(0, 20_000))
def test_a_countys_slot_with_any_bit_flipped_is_refused(bit: int) -> None:
    slot = county_slot()
    changed = CountySlot(suite=slot.suite, key=slot.key, sealed=flipped(slot.sealed, bit))
    with pytest.raises(UnopenableError):
        open_county_slot(changed, station=STATION, public=TWO.public, key=COUNTY)
