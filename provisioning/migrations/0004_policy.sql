-- 0004: when a code was made, so that it can expire; requests that wait for a person's word.

ALTER TABLE codes ADD COLUMN made_ms INTEGER NOT NULL DEFAULT 0;
UPDATE codes SET made_ms = unixepoch() * 1000;  -- codes of before count from now

CREATE TABLE waiting (
    node TEXT NOT NULL REFERENCES nodes (node),
    digest BLOB NOT NULL,      -- SHA-256 of the signed request: a word is for this one alone
    request BLOB NOT NULL,     -- JoinRequest, packed
    since_ms INTEGER NOT NULL,
    verdict TEXT NOT NULL DEFAULT 'waiting' CHECK (verdict IN ('waiting', 'approved', 'rejected')),
    PRIMARY KEY (node, digest)
) STRICT;

-- What looks wrong about an invitation, until somebody has looked into it or invites anew.
CREATE TABLE suspicions (
    node TEXT NOT NULL REFERENCES nodes (node),
    what TEXT NOT NULL,
    times INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,    -- of the last time, by the county's clock
    PRIMARY KEY (node, what)
) STRICT;
