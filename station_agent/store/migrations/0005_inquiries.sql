-- 0005: when the county was last asked about an envelope, and how often; and when it was last
-- asked for everything since a loss. Old rows were never asked about.

ALTER TABLE outbox ADD COLUMN inquired_ms INTEGER; -- by the local clock
ALTER TABLE outbox ADD COLUMN inquiries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN pulled_ms INTEGER; -- by the local clock
