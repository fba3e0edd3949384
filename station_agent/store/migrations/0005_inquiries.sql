-- 0005: when the county was last asked about an envelope, and how often; and when it was last
-- asked for everything since a loss. Old rows were never asked about.

ALTER TABLE outbox ADD COLUMN inquired_ms INTEGER; -- by the local clock
ALTER TABLE outbox ADD COLUMN inquiries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN pulled_ms INTEGER; -- by the local clock
ALTER TABLE station ADD COLUMN met_ms INTEGER NOT NULL DEFAULT 0; -- time of the county that was held
ALTER TABLE station ADD COLUMN met_before_ms INTEGER NOT NULL DEFAULT 0; -- at the last two exchanges
ALTER TABLE station ADD COLUMN lost_from_ms INTEGER; -- what the county said since may be lost here
ALTER TABLE station ADD COLUMN pulls INTEGER NOT NULL DEFAULT 0; -- how often it is still to be asked for
