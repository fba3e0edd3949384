-- 0002: blocks of numbers, and what became of each number (docs/numbers.md).

CREATE TABLE number_blocks (
    block BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('case', 'ticket')),
    issuer TEXT NOT NULL,
    year INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL, -- the first serial of which nothing became yet
    told_next INTEGER NOT NULL DEFAULT 0, -- as it was reported to the county last,
    told_runs INTEGER NOT NULL DEFAULT 0, -- and how many runs of voided numbers
    came_ms INTEGER NOT NULL -- by the local clock
) STRICT;

CREATE TABLE number_voids ( -- runs of numbers that are never used, both ends included
    block BLOB NOT NULL REFERENCES number_blocks (block),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (block, first)
) STRICT;

CREATE TABLE number_uses ( -- no reference to a block: the journal may know more than the database
    number TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    issuer TEXT NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    application TEXT NOT NULL,
    used_ms INTEGER NOT NULL -- by the local clock
) STRICT;

CREATE INDEX number_uses_application ON number_uses (application, kind);
CREATE INDEX number_uses_serial ON number_uses (kind, issuer, year, serial);

CREATE TABLE number_asks ( -- when more of a kind was asked for; gone once a block has come
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL, -- by the local clock
    PRIMARY KEY (kind, year)
) STRICT;
