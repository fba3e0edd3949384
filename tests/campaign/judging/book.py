"""The book that the campaign keeps of a small county: what was promised, and what is excused.

A *piece* is an envelope or a blob. One lost disk never loses what had left the station; two may.
So each loss of a disk is looked at when it happens: a piece of which no copy is left is excused
if it had never left its station, or if another copy had been lost before; else the promise is
broken there and then. Everything that is not excused must be at the county in the end.

Every PC has a *head*, the last envelope sealed on its disk. Two envelopes sealed on the same head
are a fork: two PCs, or two lives of one, worked on from the same point.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from protocol.envelope.envelope import Envelope, Lane, read_envelope
from protocol.records.followups import Subject
from tests.campaign.judging.promises import Breach, Promise
from tests.campaign.judging.truth import Pieces, Queued
from tests.campaign.papers import Decided, Paper


@dataclass(slots=True, kw_only=True)
class Application:
    """One draft; it may have been sealed more than once."""

    station: str
    name: str
    reported: bool = False  # the clerk saw it as saved
    envelopes: list[bytes] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)  # more than one if it was forgotten meanwhile
    decisions: dict[str, Decided] = field(default_factory=dict)  # by their notes


@dataclass(slots=True, kw_only=True)
class Followed:
    """One thing that was sent after an application, or a letter."""

    station: str
    application: str  # that it is about; empty: none
    subject: Subject
    file: bytes  # empty: none
    reported: bool = False  # the clerk saw it as saved
    envelopes: list[bytes] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Sealed:
    """One envelope, as it was when it was sealed."""

    station: str
    application: str
    envelope: Envelope
    follow_up: str = ""

    @property
    def pieces(self) -> Pieces:
        return frozenset({self.envelope.id, *(blob for blob, _ in self.envelope.blobs)})


@dataclass(slots=True)
class PcNotes:
    """What the campaign knows of one PC's disk."""

    head: bytes | None = None
    known: frozenset[bytes] = frozenset()
    straight: bool = True  # it was never set back, and no other PC is a copy of it

    def copy(self) -> "PcNotes":
        return replace(self)


@dataclass(slots=True)
class Book:
    """Everything that was sealed, and what became of the disks that held it."""

    applications: dict[str, Application] = field(default_factory=dict)
    followed: dict[str, Followed] = field(default_factory=dict)
    sealed: dict[bytes, Sealed] = field(default_factory=dict)
    after: dict[tuple[str, bytes | None], set[bytes]] = field(
        default_factory=lambda: defaultdict(set)
    )
    excused: set[bytes] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)  # stations of which nothing more is taken
    released: set[bytes] = field(default_factory=set)  # a station let go of it, by the rules
    _hits: Counter[bytes] = field(default_factory=Counter)
    _left: set[bytes] = field(default_factory=set)

    def hand_in(self, station: str, application: str, name: str, paper: Paper) -> None:
        """The clerk hands in a draft."""
        facts = Application(station=station, name=name)
        self.applications.setdefault(application, facts).papers.append(paper)

    def look_at_queue(self, station: str, notes: PcNotes, queue: list[Queued]) -> None:
        """What is new on this PC's disk was sealed there just now, in this order."""
        for row in queue:
            if row.envelope in notes.known or not row.wire:
                continue
            envelope = read_envelope(row.wire)
            asks = envelope.lane is Lane.CONTROL
            if asks != (row.application is None and row.follow_up is None):
                raise AssertionError("a queued envelope without its application")
            self.sealed[row.envelope] = Sealed(
                station=station,
                application=row.application or "",
                envelope=envelope,
                follow_up=row.follow_up or "",
            )
            if station in self.stopped:
                self.excused |= self.sealed[row.envelope].pieces
            known = self._known(row)
            if row.envelope not in known:
                known.append(row.envelope)
            self.after[station, notes.head].add(row.envelope)
            notes.head = row.envelope
        notes.known |= frozenset(row.envelope for row in queue)

    def _known(self, row: Queued) -> list[bytes]:
        """Envelopes in which the same was sealed before; of what asks the county, none."""
        if row.follow_up is not None:
            return self.followed[row.follow_up].envelopes
        return self.applications[row.application].envelopes if row.application else []

    def look_at_rejected(self, rejected: Pieces) -> None:
        """The clerk was told that these are not taken: their id stood for another content."""
        for envelope in rejected:
            sealed = self.sealed[envelope]
            if sealed.follow_up:
                continue
            if len(self.applications[sealed.application].papers) > 1:
                self.excused |= sealed.pieces

    def stop(self, station: str) -> None:
        """Nobody owes this station anything from now on."""
        self.stopped.add(station)
        self.excused |= self.pieces_of(station)

    def pieces_of(self, station: str) -> set[bytes]:
        """All that was ever sealed there."""
        mine = [sealed.pieces for sealed in self.sealed.values() if sealed.station == station]
        return set().union(*mine)

    def seen_elsewhere(self, pieces: Pieces) -> None:
        """These are on the disk of a server."""
        self._left |= pieces

    def disk_lost(
        self, before: Pieces, now: Pieces, elsewhere: list[Pieces], with_it: list[Pieces]
    ) -> list[Breach]:
        """A disk that held ``before`` holds ``now``; what is broken by that.

        Args:
            elsewhere: what the other disks hold.
            with_it: what was on disks that are lost with this one.
        """
        broken = []
        for sealed in self.sealed.values():
            for piece in sealed.pieces & (before - now):
                with_others = any(piece in disk for disk in with_it)
                if any(piece in disk for disk in elsewhere):
                    self._hits[piece] = 1
                    if with_others:  # a SAFE that is under way lets the last copy go
                        self.excused.add(piece)
                    continue
                two = self._hits[piece] or with_others
                owed = piece not in self.released and piece not in self.excused
                if owed and piece in self._left and not two:
                    broken.append(self._lost(Promise.SURVIVES, piece, sealed))
                self.excused.add(piece)
        return broken

    def unsaved(self) -> list[Breach]:
        """Applications that a clerk saw as saved, and that no queue ever had."""
        return [
            Breach(Promise.SAVED, f"{facts.name} was shown as saved, and is in no queue")
            for facts in self.applications.values()
            if facts.reported and not facts.envelopes
        ] + [
            Breach(Promise.SAVED, f"{facts.subject} was shown as saved, and is in no queue")
            for facts in self.followed.values()
            if facts.reported and not facts.envelopes
        ]

    def nobody_holds(self, disks: list[Pieces]) -> list[Breach]:
        """Pieces that went although no disk was lost."""
        held: Pieces = frozenset().union(*disks)
        return [
            self._lost(Promise.STAYS, piece, sealed)
            for sealed in self.sealed.values()
            for piece in sealed.pieces - held - self.excused
        ]

    def _lost(self, promise: Promise, piece: bytes, sealed: Sealed) -> Breach:
        kind = "envelope" if piece == sealed.envelope.id else "blob"
        facts = self.applications.get(sealed.application)
        name = facts.name if facts else "what asks the county"
        return Breach(promise, f"the {kind} of {name} is on no disk any more")

    def owed(self, application: Application | Followed) -> tuple[bool, bool]:
        """Whether its case must be there, and whether it must be complete."""
        carriers = [self.sealed[envelope] for envelope in application.envelopes]
        case = any(carrier.envelope.id not in self.excused for carrier in carriers)
        return case, any(not carrier.pieces & self.excused for carrier in carriers)

    def counts(self) -> Counter[str]:
        """How much there was of everything, to see that a campaign does what it should."""
        blobs = sum(len(sealed.pieces) - 1 for sealed in self.sealed.values())
        return Counter(
            {
                "(applications)": len(self.applications),
                "(follow-ups)": len(self.followed),
                "(envelopes)": len(self.sealed),
                "(blobs)": blobs,
                "(pieces excused)": len(self.excused),
                "(pieces let go)": len(self.released),
                "(forks)": sum(len(of) > 1 for of in self.after.values()),
            }
        )

    def may_fork(self, station: str) -> bool:
        """Whether two envelopes of this station were sealed on the same head."""
        return any(len(of) > 1 for (node, _), of in self.after.items() if node == station)

    def must_show_fork(self, station: str, arrived: set[bytes]) -> bool:
        """Whether two such envelopes have arrived."""
        return any(len(of & arrived) > 1 for (node, _), of in self.after.items() if node == station)
