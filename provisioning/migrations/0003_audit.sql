-- 0003: who did what. Rows are only added; young ones can't be taken out by any program.

CREATE TABLE audit (
    number INTEGER PRIMARY KEY CHECK (number >= 1),  -- without gaps
    at_ms INTEGER NOT NULL,    -- UTC, by this machine's clock
    entry TEXT NOT NULL,       -- JSON; the hash is over these very bytes
    hash BLOB NOT NULL         -- SHA-256; the next entry names it
) STRICT;

CREATE INDEX ix_audit_at ON audit (at_ms);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit record is append-only');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at_ms > (SELECT max(at_ms) FROM audit) - 184 * 86400000
BEGIN
    SELECT raise(ABORT, 'the audit record is kept for 184 days');
END;
