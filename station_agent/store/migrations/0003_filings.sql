-- 0003: what is being written about an application or to the county; answers that a clerk has read.

CREATE TABLE filings (
    filing TEXT PRIMARY KEY, -- id of the follow-up that becomes of it; its pages lie in papers
    about TEXT NOT NULL, -- name of its subject
    application TEXT NOT NULL, -- that it follows; empty: none
    texts BLOB NOT NULL, -- what was typed, sealed for the vault
    clerk TEXT NOT NULL, -- who typed last; empty where nobody is a clerk
    begun_ms INTEGER NOT NULL, -- by the local clock
    saved_ms INTEGER NOT NULL
) STRICT;

ALTER TABLE follow_ups ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0; -- 1: nothing of what was said is kept here
ALTER TABLE follow_ups ADD COLUMN read_by TEXT; -- the clerk who has read the answer that stands
ALTER TABLE follow_ups ADD COLUMN read_ms INTEGER; -- by the local clock
CREATE INDEX follow_ups_about ON follow_ups (about);
