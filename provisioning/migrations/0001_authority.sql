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
    tries INTEGER NOT NULL DEFAULT 0,  -- wrong codes so far
    spent_by BLOB              -- SHA-256 of the signed request that spent it
) STRICT;

-- Every version ever signed, so that no number can be signed twice.
CREATE TABLE rosters (
    version INTEGER PRIMARY KEY CHECK (version >= 1),
    proof BLOB NOT NULL        -- RosterProof, packed
) STRICT;
