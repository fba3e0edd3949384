"""One word for one thing: what docs/glossary.md rules out is printed nowhere."""

import re

from protocol.catalogue.terms import STATES
from protocol.trust.roster import State
from provisioning.lifecycle.commands import STATES as NODE_STATES
from tests.docs.test_punctuation import ROOT, read_by_people

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def ruled_out() -> dict[str, str]:
    """Each word that is not to be used, with the one to use."""
    _, section = GLOSSARY.split("## Chinese: one word for one thing")
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    return {never: word for word, others in rows for never in others.split("、") if word != "word"}


def test_the_glossary_rules_words_out() -> None:
    assert ruled_out()["告警"] == "警报"
    assert ruled_out()["更换电脑"] == "换机"


def test_no_other_word_is_printed() -> None:
    words = ruled_out().items()
    found = [
        f"{name}:{line}: {never} for {word}"
        for name, line, text in read_by_people()
        if not name.startswith("examples/")  # what people there write to each other
        for never, word in words
        if never in text
    ]
    assert found == []


def test_states_are_called_as_the_glossary_says() -> None:
    assert [
        word for word in (*STATES.values(), *NODE_STATES.values()) if word not in GLOSSARY
    ] == []
    assert {state.value for state in State} == NODE_STATES.keys()


def test_nodes_are_approved_by_one_word_and_drafts_by_another() -> None:
    drafts = [
        f"{name}:{line}"
        for name, line, text in read_by_people()
        if "核准" in text and ("county/catalogue/" in name or name.endswith("publishing.py"))
    ]
    assert drafts == []
