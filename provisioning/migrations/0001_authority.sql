-- 0001: what the authority keeps. An entry stands here as the very bytes that were signed over.

-- Founding

CREATE TABLE authority (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    root BLOB NOT NULL,        -- Ed25519 public key, 32 bytes; its private half may lie in a safe
    delegation BLOB NOT NULL   -- the registrar's, signed by the root
) STRICT;

-- Roster

CREATE TABLE nodes (
    node TEXT PRIMARY KEY,     -- 16 hex digits
    entry BLOB NOT NULL,       -- RosterEntry, packed
    keys BLOB,                 -- PublicKeys with sealing keys, packed; NULL until it joined
    certificate BLOB,          -- DER; NULL until it joined
    contact TEXT NOT NULL DEFAULT ''  -- whom to call; only here: the roster goes to every node
) STRICT;

-- Every version ever signed, so that no number can be signed twice.
CREATE TABLE rosters (
    version INTEGER PRIMARY KEY CHECK (version >= 1),
    proof BLOB NOT NULL        -- RosterProof, packed
) STRICT;

-- Enrolment

CREATE TABLE codes (
    node TEXT PRIMARY KEY REFERENCES nodes (node),
    code_key BLOB NOT NULL,    -- Argon2id of the one-time code; the code itself is never kept
    made_ms INTEGER NOT NULL,  -- the date, to be shown
    lived_ms INTEGER NOT NULL, -- when it was made, in lived time: no date makes it old
    invitation BLOB NOT NULL,  -- 8 bytes, in the kit that goes with this code
    tries INTEGER NOT NULL DEFAULT 0,  -- wrong codes so far
    spent_by BLOB              -- SHA-256 of the signed request that spent it
) STRICT;

-- Requests to join that wait for a person's word.
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

-- Audit: who did what. Rows are only added; young ones can't be taken out by any program.

CREATE TABLE audit (
    number INTEGER PRIMARY KEY CHECK (number >= 1),  -- without gaps
    at_ms INTEGER NOT NULL,    -- UTC, by this machine's clock
    entry TEXT NOT NULL,       -- JSON; the hash is over these very bytes
    hash BLOB NOT NULL         -- SHA-256; the next entry names it
) STRICT;

CREATE INDEX ix_audit_at ON audit (at_ms);
CREATE INDEX ix_audit_subject ON audit (json_extract(entry, '$.subject'));

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit record is append-only');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at_ms > (SELECT max(at_ms) FROM audit) - 184 * 86400000
BEGIN
    SELECT raise(ABORT, 'the audit record is kept for 184 days');
END;

-- Clock: what the county's own clock did, and what of it nobody has confirmed.

CREATE TABLE clock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    seen_ms INTEGER NOT NULL,  -- the date as it was seen last
    lived_ms INTEGER NOT NULL, -- time that has passed since founding, whatever the date did
    expected_ms INTEGER,       -- of a jump: what the date should have been, NULL: there is none,
    found_ms INTEGER,          -- what it was,
    at_start INTEGER NOT NULL DEFAULT 0  -- and whether it was found at a start
) STRICT;
