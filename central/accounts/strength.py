"""Whether a password may be set: long enough, and not what guessers try first.

Length alone lets ``1234567890`` in. Common passwords, rows of keys, sequences, dates and the names
at hand are found by zxcvbn, which estimates how many guesses a password stands.

Source: Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016.
"""

import unicodedata

from protocol.errors import PasswordCommonError
from protocol.trust.password import checked_password

FEWEST_GUESSES = 10**8  # with five tries in a quarter of an hour: 6000 years for the half of it
_JUDGED_CHARS = 72  # zxcvbn takes no more; what follows only adds
_AT_HAND = ("yizhan", "驿站")


def strong_password(password: str, *known: str) -> str:
    """A password that may be set for whoever knows ``known``: the account, the node's name.

    Takes 20 ms, and 150 ms for the first.

    Raises:
        PasswordWeakError: too short, too long, or of one or two characters.
        PasswordCommonError: it would be guessed early.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 4 MB of words that few commands need

    checked_password(password)
    plain = unicodedata.normalize("NFKC", password)[:_JUDGED_CHARS]
    if zxcvbn(plain, user_inputs=[*known, *_AT_HAND])["guesses"] < FEWEST_GUESSES:
        raise PasswordCommonError
    return password
