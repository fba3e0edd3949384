-- 0003: what the parent refuses is counted and in the end set aside; an item on which this program
-- failed is kept apart; what others on the way say of an envelope is kept as information.

ALTER TABLE outbox ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0; -- in a row; 3: set aside
ALTER TABLE outbox ADD COLUMN refused_ms INTEGER; -- local time of the last
ALTER TABLE blobs ADD COLUMN refused_ms INTEGER;
ALTER TABLE station ADD COLUMN parent_roster INTEGER; -- versions that the parent held last:
ALTER TABLE station ADD COLUMN parent_release INTEGER; -- with others it may judge otherwise

CREATE TABLE poison (
    digest BLOB PRIMARY KEY, -- SHA-256 of the item
    item BLOB NOT NULL, -- as on the wire
    fault TEXT NOT NULL,
    tries INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE notices ( -- signed words that settle nothing: one for each envelope
    envelope BLOB PRIMARY KEY,
    node TEXT NOT NULL, -- who says it
    code TEXT NOT NULL,
    at_ms INTEGER NOT NULL, -- by that node's clock
    signed BLOB NOT NULL
) STRICT;
