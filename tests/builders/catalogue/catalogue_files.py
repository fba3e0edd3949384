"""Generated catalogue files: whatever a table has to carry there and back."""

from typing import Any

from hypothesis import strategies as st

from protocol.catalogue.items.kinds import CASE_TYPES, LEVELS, SERVED, TYPES, NodeKind
from protocol.records.taken_in import Mode

_CHARS = st.characters(exclude_categories=["Cs"])
ANY_TEXT = st.text(_CHARS, max_size=20)
TEXTS = st.one_of(
    st.text(st.sampled_from("低保户申请材料=+-@'\"，,;\t\n\r 一二A1_x0D"), min_size=1, max_size=12),
    ANY_TEXT,
    st.sampled_from(
        ["=1+1", "'=1", "@sum", "-5", "+86", "＝1", "\t", "_x000D_", "0771-88", "是", "1.0"]
    ),
)
CODES = st.one_of(
    st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True),
    st.sampled_from(["001", "4.51E+17", "1.0", "2026-01-02", "45142319900101123X", "１２"]),
)
_LIMITS = st.one_of(st.from_regex(r"[1-9]\d?(wd|d|h)", fullmatch=True), TEXTS)
_DAYS = st.one_of(st.dates().map(lambda day: day.isoformat()), TEXTS)
_FLAGS = st.one_of(st.booleans(), TEXTS)
_COUNTS = st.one_of(st.integers(0, 10**10), st.floats(allow_nan=False, allow_infinity=False), TEXTS)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 10**6), ANY_TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


def _record(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these keys, and now and then one that nobody knows."""
    known = st.fixed_dictionaries({}, optional=parts)
    more = st.dictionaries(st.sampled_from(["extra", "must", "@odd"]), JSON, max_size=1)
    return st.builds(lambda one, other: {**one, **other}, known, more)


def _choice(names: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(sorted(map(str, names))), TEXTS)


_PAPER = _record(
    id=CODES, use=CODES, name=TEXTS, note=TEXTS, attach=_choice(["optional", "required"]),
    max_bytes=_COUNTS, originals=_COUNTS, copies=_COUNTS, keep=_choice(["seen", "kept"]),
    later=_record(limit=_LIMITS, promise=TEXTS), when=JSON, instead=TEXTS, shared=TEXTS, each=TEXTS,
)  # fmt: skip
_GROUP = _record(
    group=CODES, name=TEXTS, attach=_choice(["optional", "required"]), when=JSON,
    one_of=st.lists(_PAPER, max_size=3),
)  # fmt: skip
_FIELD = _record(
    type=TEXTS, title=TEXTS, format=TEXTS, enum=st.lists(TEXTS, max_size=3), maxLength=_COUNTS,
    description=TEXTS, required=st.lists(CODES, max_size=2),
)  # fmt: skip
_SCHEMA = _record(
    type=TEXTS, title=TEXTS, properties=st.dictionaries(CODES, _FIELD, max_size=4),
    required=st.lists(CODES, max_size=3), additionalProperties=_FLAGS, rules=JSON, sections=JSON,
)  # fmt: skip
_NODE = _record(id=CODES, kind=_choice(NodeKind), name=TEXTS, limit=_LIMITS)
_EXAMPLE = _record(name=TEXTS, form=JSON, attached=st.lists(CODES, max_size=2))
_FEE = _record(basis=TEXTS, form=JSON, floor=TEXTS)
ITEMS = st.builds(
    lambda one, papers: {**one, "materials": papers},
    _record(
        name=TEXTS, aliases=st.lists(TEXTS, max_size=3), type=_choice(TYPES), level=_choice(LEVELS),
        department=TEXTS, owner=_record(name=TEXTS, review_by=_DAYS), case_type=_choice(CASE_TYPES),
        served=st.lists(_choice(SERVED), max_size=3), mode=_choice(Mode), urgent=_FLAGS,
        legal_basis=st.lists(_record(law=TEXTS, number=TEXTS, text=TEXTS), max_size=2),
        conditions=st.one_of(TEXTS, st.lists(TEXTS, max_size=3)),
        questions=st.lists(_record(id=CODES, ask=TEXTS, refuse_if=_FLAGS, say=TEXTS), max_size=2),
        limits=_record(legal=_LIMITS, promised=_LIMITS, starts=_choice(["village", "county"])),
        flow=st.lists(_NODE, max_size=3),
        special=st.lists(_record(name=TEXTS, limit=_LIMITS), max_size=2),
        publicity=_record(window=_LIMITS, fields=st.lists(CODES, max_size=2), counts=_FLAGS),
        codes=_record(task_code=CODES, catalog_code=CODES), contact=TEXTS, complaint=TEXTS,
        faq=st.lists(_record(question=TEXTS, answer=TEXTS), max_size=2),
        examples=st.lists(_EXAMPLE, max_size=2),
        fee_rules=st.one_of(JSON, st.lists(_FEE, max_size=2)),
        schema=st.one_of(JSON, _SCHEMA), sensitive=_record(name=TEXTS), result=_record(name=TEXTS),
        **{"from": _DAYS, "until": _DAYS},
    ),
    st.lists(st.one_of(_PAPER, _GROUP), max_size=4),
)  # fmt: skip
_CODE = st.one_of(
    st.from_regex(r"[A-Za-z0-9._-]{1,8}", fullmatch=True), st.sampled_from(["001", "1.0", "-5"])
)
_MATERIAL = _record(
    name=TEXTS, hint=TEXTS, pages=st.lists(TEXTS, max_size=2), originals=_COUNTS,
    faults=st.lists(_record(code=CODES, say=TEXTS), max_size=2),
)  # fmt: skip
_NARROWED = _record(place=TEXTS, time=TEXTS, contact=TEXTS, market_day=_FLAGS)
_GOVERNMENT = _record(name=TEXTS, short=TEXTS, review=TEXTS, court=TEXTS)


@st.composite
def catalogue_files(draw: st.DrawFn) -> dict[str, Any]:
    """A catalogue file with a code for each item; otherwise anything, legal or not."""
    codes = draw(st.lists(_CODE, max_size=3, unique=True))
    places = draw(st.lists(st.from_regex(r"\d{9}", fullmatch=True), max_size=2, unique=True))
    narrowed = st.one_of(
        _NARROWED,
        st.builds(
            lambda every, one: {**every, "items": dict.fromkeys(codes, one)}, _NARROWED, _NARROWED
        ),
        st.builds(lambda every, one: {**every, "government": one}, _NARROWED, _GOVERNMENT),
    )
    file = {
        "title": draw(JSON),
        "items": [{**draw(ITEMS), "id": code} for code in codes],
        "materials": draw(st.dictionaries(_CODE, _MATERIAL, max_size=3)),
        "market_days": {place: draw(st.lists(JSON, max_size=2)) for place in places},
        "local": {place: draw(narrowed) for place in places},
    }
    return {key: value for key, value in file.items() if key == "items" or draw(st.booleans())}
