-- 0005: market day: waiting numbers, and one item for many people (docs/operations.md).

CREATE TABLE waiting_lines ( -- of people with numbers: one a day
    line INTEGER PRIMARY KEY,
    day TEXT NOT NULL, -- 2026-01-31, Beijing
    proved INTEGER NOT NULL, -- 1: by trusted time; 0: by the local clock
    begun_ms INTEGER NOT NULL -- by the local clock
) STRICT;

CREATE TABLE waiting_numbers ( -- whose each is, only its paper knows
    line INTEGER NOT NULL REFERENCES waiting_lines (line),
    number INTEGER NOT NULL, -- from 1
    place INTEGER NOT NULL, -- in the line: who has the lowest is called next
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'skipped', 'done')),
    taken_ms INTEGER NOT NULL, -- by the local clock
    changed_ms INTEGER NOT NULL, -- the same
    clerk TEXT NOT NULL, -- who changed it last; empty where nobody is a clerk
    PRIMARY KEY (line, number)
) STRICT;

CREATE INDEX waiting_numbers_state ON waiting_numbers (line, state, place);

CREATE TABLE batches ( -- one item for many people; each row of its table is a draft of its own
    batch TEXT PRIMARY KEY,
    sealed BLOB NOT NULL, -- JSON: the item, what all have in common, who worked on it
    begun_ms INTEGER NOT NULL, -- by the local clock
    saved_ms INTEGER NOT NULL, -- the same
    dated_ms INTEGER -- time of the county when all of it was first seen as handed in; NULL: not yet
) STRICT;

CREATE TABLE batch_rows (
    application TEXT PRIMARY KEY, -- that the row becomes: its draft has the same id
    batch TEXT NOT NULL REFERENCES batches (batch),
    position INTEGER NOT NULL, -- from 1, in the order in which they were written
    UNIQUE (batch, position)
) STRICT;
