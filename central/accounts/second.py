"""The second factor: a code that changes every 30 seconds (TOTP).

The secret is sealed for the node's own key, so that a copy of the database alone is not enough.

Source: RFC 6238.
"""

import base64
import hmac
from collections.abc import Iterable

import pyotp

from central.accounts.codetime import Times
from protocol.envelope.keys import NodeKeys
from protocol.envelope.suites import SuiteNumber, seal
from protocol.errors import LoginClockError
from protocol.trust.schedule import local_time

_STEP_S = 30
_LEEWAY = 1  # steps to either side: telephones are a little wrong
_INFO = b"yizhan/second/1\0"


class SecondFactor:
    """Makes, keeps and checks the secrets of telephones."""

    def __init__(self, keys: NodeKeys, issuer: str, times: Times) -> None:
        self._public, self._opening = keys.public(), keys.opening
        self._issuer, self._times = issuer, times

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

    def judge(self, secret: str, code: str, *, after: int | None) -> int | None:
        """The step that ``code`` is of, if it is right now and later than ``after``.

        Raises:
            LoginClockError: it is right for another time: a clock is wrong, and nobody guessed.
        """
        times = self._times()
        used = False
        for now_ms in times.right:
            step = self.step(secret, code, now_ms, after=after)
            if step is not None:
                return step
            used = used or self.step(secret, code, now_ms, after=None) is not None
        if not used:
            _explain(secret, code, times.right[0], times.likely, after)
        return None

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


def _explain(
    secret: str, code: str, now_ms: int, likely: Iterable[tuple[int, int]], after: int | None
) -> None:
    """Raise LoginClockError if ``code`` is of a time in ``likely``.

    The one that was used last may come again: where a clock is minutes off, its telephone shows it
    still. Those before it explain nothing, so whoever saw some learns nothing by them.
    """
    digits, key = code.strip().replace(" ", ""), base64.b32decode(secret)
    for from_ms, to_ms in likely:
        first = from_ms // 1000 // _STEP_S
        for step in range(max(first, 0, after or 0), to_ms // 1000 // _STEP_S + 1):
            if hmac.compare_digest(_digits(key, step).encode(), digits.encode("utf-8", "replace")):
                raise LoginClockError(_said(now_ms, step * _STEP_S * 1000))


def _digits(key: bytes, step: int) -> str:
    """RFC 4226; thousands of them must not hold up anybody else."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def _said(now_ms: int, code_ms: int) -> str:
    """What the clocks say, to the minute."""
    off_min = max(1, abs(now_ms - code_ms) // 60_000)
    days, hours = off_min // 1440, off_min // 60
    size = f"{days} 天" if days > 1 else f"{hours} 小时" if hours > 1 else f"{off_min} 分钟"
    return f"{local_time(now_ms):%Y-%m-%d %H:%M}，相差约 {size}"
