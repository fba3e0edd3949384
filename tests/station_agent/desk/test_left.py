"""What was sent while nobody was logged in is the last that was, and opens as that form alone."""

from pathlib import Path

import pytest

from station_agent.desk.intake.left import _LEFT, LeftForms
from station_agent.store.vault import Vault, make_vault
from tests.builders.chance import SeededRandomness


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    make_vault(tmp_path, None, SeededRandomness())
    return Vault(tmp_path)


def test_the_last_that_was_sent_stands_until_it_is_dropped(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    assert forms.of("a", opened) is None
    forms.leave("a", {"name": "先"}, is_clerks=True)
    forms.leave("a", {"name": "后"}, is_clerks=True)
    assert forms.of("a", opened) == {"name": "后"}
    forms.drop("a")
    assert forms.of("a", opened) is None


def test_of_too_many_the_one_goes_that_was_not_sent_for_longest(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    for number in range(_LEFT):
        forms.leave(str(number), {"name": f"{number}"}, is_clerks=True)
    forms.leave("0", {"name": "又送"}, is_clerks=True)
    assert forms.of("1", opened) == {"name": "1"}  # that one was there already
    forms.leave("more", {"name": "新"}, is_clerks=True)
    assert forms.of("0", opened) == {"name": "又送"}
    assert forms.of("1", opened) is None
    assert forms.of("2", opened) == {"name": "2"}


def test_another_user_of_this_machine_pushes_out_nothing_of_a_clerk(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    forms.leave("a", {"name": "黄秀英"}, is_clerks=True)
    for number in range(2 * _LEFT):
        forms.leave(str(number), {"name": "x"}, is_clerks=False)
    forms.leave("a", {"name": "别人写的"}, is_clerks=False)
    assert forms.of("a", opened) == {"name": "黄秀英"}
    assert forms.of("0", opened) is None
    forms.drop("a")
    assert forms.of("a", opened) is None


def test_what_was_left_of_one_is_not_shown_as_another(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    forms.leave("a", {"name": "甲"}, is_clerks=True)
    forms._clerks["b"] = forms._clerks["a"]
    assert forms.of("b", opened) is None
    assert forms.of("a", opened) == {"name": "甲"}
