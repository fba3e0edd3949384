"""What facts are called on the page of a fee rule: as the form's fields, where they are some."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FactNames:
    """Titles of fields, by id; a fact that is no field has its own name."""

    titles: Mapping[str, str]
    texts: frozenset[str] = frozenset()  # ids of the fields that hold text, whatever it looks like

    @property
    def ids(self) -> dict[str, str]:
        """The ids by title; of titles that no two fields have."""
        every = list(self.titles.values())
        return {title: name for name, title in self.titles.items() if every.count(title) == 1}

    def shown(self, name: str) -> str:
        """What a fact is called."""
        title = self.titles.get(name, name)
        return title if self.read(title) == name else name

    def read(self, text: str) -> str:
        """The fact of which somebody wrote the title, or the name itself."""
        return self.ids.get(text.strip(), text.strip())

    def shown_in(self, words: str) -> str:
        """An expression with titles; as it is where it would not come back the same."""
        told = _WORD.sub(lambda found: self.shown(found[0]), words)
        return told if self.read_in(told) == words else words

    def read_in(self, words: str) -> str:
        """An expression with names, of one with titles."""
        return _WORD.sub(lambda found: self.read(found[0]), words)
