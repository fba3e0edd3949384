-- 0006: what was stored of each parent's items, because a station may have several paths. Until
-- the first exchange after this step the old columns speak for whichever parent is called.

CREATE TABLE seen (
    parent TEXT PRIMARY KEY, -- node id
    exchange BLOB NOT NULL, -- the last one with it in which items were stored,
    items INTEGER NOT NULL -- and how many of them
) STRICT;
