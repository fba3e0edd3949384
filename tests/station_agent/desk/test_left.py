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
    forms.leave("a", {"name": "先"})
    forms.leave("a", {"name": "后"})
    assert forms.of("a", opened) == {"name": "后"}
    forms.drop("a")
    assert forms.of("a", opened) is None


def test_of_too_many_the_one_goes_that_was_not_sent_for_longest(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    for number in range(_LEFT):
        forms.leave(str(number), {"name": f"{number}"})
    forms.leave("0", {"name": "又送"})
    assert forms.of("1", opened) == {"name": "1"}  # that one was there already
    forms.leave("more", {"name": "新"})
    assert forms.of("0", opened) == {"name": "又送"}
    assert forms.of("1", opened) is None
    assert forms.of("2", opened) == {"name": "2"}


def test_what_was_left_of_one_is_not_shown_as_another(vault: Vault) -> None:
    forms, opened = LeftForms(vault), vault.unlock(None)
    forms.leave("a", {"name": "甲"})
    forms._left["b"] = forms._left["a"]
    assert forms.of("b", opened) is None
    assert forms.of("a", opened) == {"name": "甲"}
