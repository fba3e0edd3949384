"""What a station keeps of something that was written at its desk and must not be seen there.

The words are sealed for the county and nowhere else: no row of this station's vault has them, and
what tells one from another is random, so that nobody can try words against it.

Source: docs/security.md, "Written unseen".
"""

from protocol.codec import altered
from protocol.records.followups import Said

HIDDEN = "（已封好，本站没有留存）"


def outside_of(said: Said) -> Said:
    """What may be known: that it was sent, of which kind, when, and at whose desk."""
    subject = altered(said.subject, words=HIDDEN, by="", phone="")
    return altered(said, subject=subject)
