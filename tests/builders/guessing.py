"""Passwords and one-time codes that cost nothing to try, where their cost is not what a test tries.

With the real cost one try takes a twentieth of a second, and most tests begin with several. A key
made with one cost can't be checked with another: whatever meets a real program needs the real one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from protocol.envelope import vault_slots
from protocol.trust import enrolment, password

_LEAST_KIB = 8  # that Argon2id takes


@contextmanager
def cheap_to_guess() -> Iterator[None]:
    """Inside, passwords, vaults and codes in this process take no time."""
    with (
        mock.patch.multiple(password, _PASSES=1, _KIB=_LEAST_KIB),
        mock.patch.multiple(vault_slots, _ARGON_PASSES=1, _ARGON_KIB=_LEAST_KIB),
        mock.patch.multiple(enrolment, _ARGON_PASSES=1, _ARGON_KIB=_LEAST_KIB),
    ):
        yield
