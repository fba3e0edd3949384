-- 0001: what the authority keeps. An entry stands here as the very bytes that were signed over.

CREATE TABLE authority (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    root BLOB NOT NULL,        -- Ed25519 public key, 32 bytes; its private half may lie in a safe
    delegation BLOB NOT NULL   -- the registrar's, signed by the root
) STRICT;

CREATE TABLE nodes (
    node TEXT PRIMARY KEY,     -- 16 hex digits
    entry BLOB NOT NULL,       -- RosterEntry, packed
    keys BLOB,                 -- PublicKeys with sealing keys, packed; NULL until it joined
    certificate BLOB           -- DER; NULL until it joined
) STRICT;

CREATE TABLE codes (
    node TEXT PRIMARY KEY REFERENCES nodes (node),
    code_key BLOB NOT NULL,    -- Argon2id of the one-time code; the code itself is never kept
    lived_ms INTEGER NOT NULL DEFAULT 0,  -- when it was made, in lived time: no date makes it old
    invitation BLOB NOT NULL,  -- 8 bytes, in the kit that goes with this code
    tries INTEGER NOT NULL DEFAULT 0,  -- wrong codes so far
    spent_by BLOB              -- SHA-256 of the signed request that spent it
) STRICT;

-- Every version ever signed, so that no number can be signed twice.
CREATE TABLE rosters (
    version INTEGER PRIMARY KEY CHECK (version >= 1),
    proof BLOB NOT NULL        -- RosterProof, packed
) STRICT;

-- What the county's own clock did, and what of it nobody has confirmed.
CREATE TABLE clock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    seen_ms INTEGER NOT NULL,  -- the date as it was seen last
    lived_ms INTEGER NOT NULL, -- time that has passed since founding, whatever the date did
    expected_ms INTEGER,       -- of a jump: what the date should have been, NULL: there is none,
    found_ms INTEGER,          -- what it was,
    at_start INTEGER NOT NULL DEFAULT 0  -- and whether it was found at a start
) STRICT;
