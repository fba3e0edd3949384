"""Which rosters and releases a node believes: the one check, for station and relay, line and stick.

Nothing here changes what a node believes. :meth:`Trust.taken` says what it will believe once the
edition is committed; whoever commits it puts that in place afterwards, and on a commit that fails
there is nothing to take back.

Source: docs/protocol.md sections 7.1 and 7.2.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from protocol.errors import (
    MalformedError,
    NeedsNewerError,
    PeerError,
    RollbackError,
    SignatureError,
)
from protocol.exchange.messages import EditionNews
from protocol.trust.edition import Edition, Head, Kind, open_head
from protocol.trust.release import read_release
from protocol.trust.roster import Roster, open_proof, understood, verified_roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """By what editions are judged: the authority's root key, and the roster that is in force."""

    root: bytes
    roster: Roster
    newer: Edition | None = None  # a later roster, held until a newer program understands it

    @property
    def held_roster(self) -> Edition:
        """The newest roster that is held, whether or not it is in force."""
        return self.newer or self.roster.edition

    def announced(self, news: EditionNews) -> Head:
        """The signed head of ``news``; whether its body fits is seen when that is whole.

        Raises:
            SignatureError, MalformedError, TooLargeError: not signed by the county, or of another
                version than the news say.
            RollbackError: by a registrar that has been replaced.
        """
        head = self._head(news)
        if head.version != news.version:
            raise MalformedError(f"{news.kind.value} {news.version}, signed is {head.version}")
        return head

    def taken(self, news: EditionNews, body: bytes, release: Edition | None) -> "Taken":
        """The edition that ``news`` brings with ``body``, and what is believed once it is kept.

        Args:
            news: of a version above the one held.
            body: the changes.
            release: the one held, unless it counts no more.

        Raises:
            PeerError: not newer, not what was signed, or it does not fit what is held.
        """
        if news.kind is Kind.RELEASE:
            keys = self.roster.county_keys
            edition = read_release(keys, news.proof, body, release, base=news.base)
            return Taken(edition=edition, trust=self)
        held = self.held_roster if news.base in (0, self.held_roster.version) else None
        held = held or self.roster.edition
        edition = verified_roster(self.root, news.proof, body, held, base=news.base)
        return Taken(edition=edition, trust=self.with_roster(edition))

    def with_roster(self, edition: Edition) -> "Trust":
        """What is believed with a later roster, which was verified: its word, or that it is held.

        Raises:
            MalformedError: an entry is none, also to a newer program.
        """
        try:
            return replace(self, roster=understood(self.root, edition), newer=None)
        except NeedsNewerError:
            return replace(self, newer=edition)

    def asks_whole(self, news: EditionNews) -> bool:
        """Whether news that did not fit are the county's, so that the whole edition would.

        Nobody else's word makes a node fetch a whole catalogue: a child or a stick may bring junk.
        """
        with suppress(PeerError):
            self.announced(news)
            return True
        return False

    def counts(self, proof: bytes) -> bool:
        """Whether a release that was checked when it came still counts.

        It does not where the county has lost the key that signed it.
        """
        if not self.roster.county()[1].signing_ms:
            return True
        with suppress(SignatureError):
            open_head(self.roster.county_keys, Kind.RELEASE, proof)
            return True
        return False

    def _head(self, news: EditionNews) -> Head:
        if news.kind is Kind.RELEASE:
            return open_head(self.roster.county_keys, Kind.RELEASE, news.proof)
        delegation, head = open_proof(self.root, news.proof)
        if delegation.number < self.roster.delegation.number:
            number = self.roster.delegation.number
            raise RollbackError(f"registrar {delegation.number}, held {number}")
        return head


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An edition that is checked, and what is believed after its commit."""

    edition: Edition
    trust: Trust
