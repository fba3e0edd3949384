"""What is kept of a form is the last that its clerk sent, and opens as that form alone."""

from pathlib import Path

import pytest

from station_agent.desk.intake.kept import _KEPT, KeptForms
from station_agent.store.vault import Vault, make_vault
from tests.builders.chance import SeededRandomness


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    make_vault(tmp_path, None, SeededRandomness())
    return Vault(tmp_path)


def test_what_a_clerk_sends_takes_the_place_of_what_was_left_at_the_lock(vault: Vault) -> None:
    forms, opened = KeptForms(vault), vault.unlock(None)
    forms.keep("a", {"name": "先"})
    forms.leave("a", {"name": "锁后"})
    assert forms.of("a", opened) == {"name": "锁后"}
    forms.keep("a", {"name": "后"})
    assert forms.of("a", opened) == {"name": "后"}


def test_of_too_many_the_one_goes_that_was_not_sent_for_longest(vault: Vault) -> None:
    forms, opened = KeptForms(vault), vault.unlock(None)
    for number in range(_KEPT):
        forms.keep(str(number), {"name": f"{number}"})
    forms.keep("1", {"name": "还在填"})
    assert forms.of("0", opened) == {"name": "0"}  # that one was there already
    forms.keep("more", {"name": "新"})
    assert forms.of("0", opened) is None
    assert forms.of("1", opened) == {"name": "还在填"}
    assert forms.of("2", opened) == {"name": "2"}


def test_what_is_kept_of_one_is_not_shown_as_another(vault: Vault) -> None:
    forms, opened = KeptForms(vault), vault.unlock(None)
    forms.keep("a", {"name": "甲"})
    forms._kept["b"] = forms._kept["a"]
    assert forms.of("b", opened) is None
    assert forms.of("a", opened) == {"name": "甲"}
