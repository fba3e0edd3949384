-- 0003: what is being written about an application or to the county; answers that a clerk has read; circulars.

CREATE TABLE filings (
    filing TEXT PRIMARY KEY, -- id of the follow-up that becomes of it; its pages lie in papers
    about TEXT NOT NULL, -- name of its subject
    application TEXT NOT NULL, -- that it follows; empty: none
    texts BLOB NOT NULL, -- what was typed, sealed for the vault
    clerk TEXT NOT NULL, -- who typed last; empty where nobody is a clerk
    begun_ms INTEGER NOT NULL, -- by the local clock
    saved_ms INTEGER NOT NULL,
    binned_ms INTEGER, -- since when it lies in the bin, by the local clock,
    binned_run_ms INTEGER -- and how long this station had run by then
) STRICT;

ALTER TABLE follow_ups ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0; -- 1: nothing of what was said is kept here
ALTER TABLE follow_ups ADD COLUMN read_by TEXT; -- the clerk who has read the answer that stands
ALTER TABLE follow_ups ADD COLUMN read_ms INTEGER; -- by the local clock
CREATE INDEX follow_ups_about ON follow_ups (about);

CREATE TABLE circulars ( -- what the county says to every clerk; who has read it stands in follow_ups
    circular TEXT PRIMARY KEY,
    sealed BLOB NOT NULL, -- for the vault
    at_ms INTEGER NOT NULL -- when it was sent, by the county's clock
) STRICT;
