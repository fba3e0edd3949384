"""Values for property tests."""

from typing import Any

from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    Ack,
    Bye,
    EditionNews,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
    Want,
)
from protocol.trust.edition import Kind

COUNTS = st.integers(0, 2**53 - 1)
NAMES = st.binary(min_size=8, max_size=8)
DIGESTS = st.binary(min_size=32, max_size=32)
CODES = st.from_regex(r"[a-z]{1,9}(\.[a-z-]{1,20})?", fullmatch=True)
PAUSES = st.integers(0, 24 * 3600)

# JSON as a form may hold it
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FORMS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.text(max_size=8), JSON_VALUES, max_size=5
)

# entries of an edition
KEYS = st.text("abc01-县", min_size=1, max_size=4)
ENTRIES = st.dictionaries(KEYS, st.binary(max_size=60), max_size=12)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """A piece that lies inside its blob."""
    data = draw(st.binary(min_size=1, max_size=300))
    offset = draw(st.integers(0, 2**23))
    after = draw(st.integers(0, 2**23))
    origin = draw(st.sampled_from((b"", b"station1")))
    return Part(
        origin=origin,
        blob=draw(DIGESTS),
        size=offset + len(data) + after,
        offset=offset,
        data=data,
    )


@st.composite
def news(draw: st.DrawFn) -> EditionNews:
    """An edition whose changes stand in it, or follow as a blob."""
    base = draw(st.integers(0, 1000))
    inline = draw(st.booleans())
    return EditionNews(
        kind=draw(st.sampled_from(Kind)),
        version=base + draw(st.integers(1, 1000)),
        base=base,
        proof=draw(st.binary(max_size=200)),
        body=draw(st.binary(min_size=1, max_size=200)) if inline else b"",
        blob=b"" if inline else draw(DIGESTS),
        size=0 if inline else draw(st.integers(1, 2**20)),
    )


MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        Hello,
        versions=st.lists(st.integers(0, 300), max_size=5).map(tuple),
        instance=NAMES,
        exchange=NAMES,
        seen=st.none() | st.tuples(NAMES, COUNTS),
        roster=COUNTS,
        release=COUNTS,
        county=st.just(b"") | NAMES,
        time_ms=COUNTS,
        linger_s=PAUSES,
    ),
    st.builds(
        Offer,
        envelopes=st.lists(NAMES, max_size=20).map(tuple),
        blobs=st.lists(st.tuples(NAMES, NAMES).map(b"".join), max_size=20).map(tuple),
    ),
    st.builds(
        Want,
        have_envelopes=st.lists(st.sampled_from([0, 1]), max_size=30).map(bytes),
        have_blob_bytes=st.lists(COUNTS, max_size=10).map(tuple),
    ),
    st.builds(EnvelopeItem, wire=st.binary(max_size=500)),
    parts(),
    news(),
    st.builds(Ack, upto=COUNTS, refused=st.lists(st.tuples(COUNTS, CODES), max_size=5).map(tuple)),
    st.builds(Idle, sent=COUNTS, got=COUNTS),
    st.builds(Bye, code=CODES, retry_after_s=PAUSES),
)


@st.composite
def waiting_items(draw: st.DrawFn, max_size: int = 25) -> list[Waiting]:
    """Things that wait in several lanes, of several origins, in the order of their positions."""
    count = draw(st.integers(1, max_size))
    items = []
    for position in range(1, count + 1):
        lane = draw(st.sampled_from(Lane))
        items.append(
            Waiting(
                key=b"%d" % position,
                lane=lane,
                origin=draw(st.sampled_from("pqr")),
                size=draw(st.integers(1, 50_000)),
                position=position,
            )
        )
    return items


def flipped(data: bytes, bit: int) -> bytes:
    """``data`` with one bit changed; ``bit`` is taken modulo its length."""
    bit %= len(data) * 8
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def pieces_of(data: bytes, sizes: list[int]) -> list[bytes]:
    """``data`` in pieces of these sizes, and the rest as the last one."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]
