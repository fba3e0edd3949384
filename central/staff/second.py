"""The second factor: a code that changes every 30 seconds (TOTP).

The secret is sealed for the node's own key, so that a copy of the database alone is not enough.

Source: RFC 6238.
"""

import pyotp

from protocol.keys import NodeKeys
from protocol.suites import SuiteNumber, seal

_STEP_S = 30
_LEEWAY = 1  # steps to either side: telephones are a little wrong
_INFO = b"yizhan/second/1\0"


class SecondFactor:
    """Makes, keeps and checks the secrets of telephones."""

    def __init__(self, keys: NodeKeys, issuer: str) -> None:
        self._public, self._opening = keys.public(), keys.opening
        self._issuer = issuer

    def new_secret(self) -> str:
        """A fresh secret, base 32."""
        return pyotp.random_base32()

    def address(self, name: str, secret: str) -> str:
        """The address that a telephone's program reads as a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=self._issuer)

    def sealed(self, name: str, secret: str) -> bytes:
        """The secret as it stands in the database."""
        return seal(SuiteNumber.X25519, self._public.x25519, secret.encode(), _INFO + name.encode())

    def opened(self, name: str, sealed: bytes) -> str:
        """The secret of ``name``.

        Raises:
            UnopenableError: it was sealed for another node, or for another account.
        """
        return self._opening[SuiteNumber.X25519].unwrap(sealed, _INFO + name.encode()).decode()

    @staticmethod
    def step(secret: str, code: str, now_ms: int, *, after: int | None) -> int | None:
        """The step that ``code`` is of, if it is right now and later than ``after``."""
        digits = code.strip().replace(" ", "")
        now, totp = now_ms // 1000 // _STEP_S, pyotp.TOTP(secret, interval=_STEP_S)
        for step in range(now - _LEEWAY, now + _LEEWAY + 1):
            right = pyotp.utils.strings_equal(totp.at(step * _STEP_S), digits)
            if right and (after is None or step > after):
                return step
        return None
