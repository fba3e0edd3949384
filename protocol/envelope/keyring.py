"""Several keys for one purpose: a county opens with old, present and announced ones.

Source: docs/protocol.md section 4.5.
"""

from protocol.envelope.keys import Context, Signer, key_name
from protocol.envelope.suites import OpeningKey, SuiteNumber
from protocol.errors import DamagedError, UnopenableError


class SigningRing:
    """A signing key that is many, of which one is in use (protocol.envelope.keys.Signer).

    A county signs with the one that its roster names. Keys are added, never taken away.
    """

    def __init__(self, first: Signer) -> None:
        self._keys = [first]
        self._used = first

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"SigningRing({len(self._keys)})"

    def __eq__(self, other: object) -> bool:
        """Whether it holds the same keys and signs with the same one."""
        if not isinstance(other, SigningRing):
            return NotImplemented
        same = self.public_bytes() == other.public_bytes()
        return same and self.publics() == other.publics()

    __hash__ = None  # type: ignore[assignment] # it changes

    def add(self, signer: Signer) -> None:
        """Another one, not in use yet."""
        if signer.public_bytes() not in self.publics():
            self._keys.append(signer)

    @property
    def first(self) -> Signer:
        """The one that was there from the beginning, whichever is in use."""
        return self._keys[0]

    def publics(self) -> list[bytes]:
        """The public halves of all, in the order made."""
        return [signer.public_bytes() for signer in self._keys]

    def use(self, public: bytes) -> None:
        """Sign with this one from now on.

        Raises:
            DamagedError: its private half is not here.
        """
        for signer in self._keys:
            if signer.public_bytes() == public:
                self._used = signer
                return
        raise DamagedError("node/keys.bin 缺少正在使用的签名密钥")

    def public_bytes(self) -> bytes:
        """The public half of the one in use."""
        return self._used.public_bytes()

    def sign(self, context: Context, data: bytes) -> bytes:
        """64 bytes by the one in use."""
        return self._used.sign(context, data)


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
