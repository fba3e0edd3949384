"""Several opening keys of one suite: a county opens with old, present and announced ones.

Source: docs/protocol.md section 4.5.
"""

from protocol.errors import UnopenableError
from protocol.keys import key_name
from protocol.suites import OpeningKey, SuiteNumber


class Keyring:
    """An opening key that is many. Keys are added, never taken away."""

    def __init__(self, first: OpeningKey) -> None:
        self._keys = [first]

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Keyring({self.suite.name}, {len(self._keys)})"

    @property
    def suite(self) -> SuiteNumber:
        """The suite that all of them are of."""
        return self._keys[0].suite

    def add(self, key: OpeningKey) -> None:
        """Open with ``key``, too, from now on.

        Raises:
            ValueError: it is of another suite.
        """
        if key.suite is not self.suite:
            raise ValueError(f"a key of {key.suite.name} for a ring of {self.suite.name}")
        if self.named(key_name(key.public_bytes())) is None:
            self._keys.append(key)

    def public_bytes(self) -> bytes:
        """The public half of the first: which one is in use stands on the roster."""
        return self._keys[0].public_bytes()

    def named(self, name: bytes) -> OpeningKey | None:
        """The key that an envelope's header names."""
        found = (key for key in self._keys if key_name(key.public_bytes()) == name)
        return next(found, None)

    def unwrap(self, sealed: bytes, info: bytes) -> bytes:
        """Open with whichever key fits; for what names none.

        Raises:
            UnopenableError: none does.
        """
        for key in self._keys:
            try:
                return key.unwrap(sealed, info)
            except UnopenableError:
                continue
        raise UnopenableError(f"none of {len(self._keys)} keys opens {len(sealed)} bytes")


def named(key: OpeningKey, name: bytes) -> OpeningKey | None:
    """``key`` itself if it has that name, or the one on its ring."""
    if isinstance(key, Keyring):
        return key.named(name)
    return key if key_name(key.public_bytes()) == name else None
