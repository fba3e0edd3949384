"""News of an edition whose body is still to come: its head is checked before anything is kept.

Source: docs/protocol.md section 7.1.
"""

from protocol.errors import MalformedError, RollbackError
from protocol.exchange.messages import EditionNews
from protocol.trust.edition import Head, Kind, open_head
from protocol.trust.roster import Roster, open_proof


def check_announced(news: EditionNews, root: bytes, held: Roster) -> Head:
    """The signed head of ``news``; whether its body fits is seen when that is whole.

    Args:
        root: the authority's root public key.
        held: the roster in force: it names the county, which signs releases.

    Raises:
        SignatureError, MalformedError, TooLargeError: not signed by the county, or of another
            version than the news say.
        RollbackError: by a registrar that has been replaced.
    """
    head = _roster_head(news, root, held) if news.kind is Kind.ROSTER else _release_head(news, held)
    if head.version != news.version:
        raise MalformedError(f"{news.kind.value} {news.version}, signed is {head.version}")
    return head


def _roster_head(news: EditionNews, root: bytes, held: Roster) -> Head:
    delegation, head = open_proof(root, news.proof)
    if delegation.number < held.delegation.number:
        raise RollbackError(f"registrar {delegation.number}, held {held.delegation.number}")
    return head


def _release_head(news: EditionNews, held: Roster) -> Head:
    return open_head(held.county_keys, Kind.RELEASE, news.proof)
