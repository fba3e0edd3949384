-- 0009: the parent's last signed word that the county has withdrawn or replaced this PC. Old rows
-- were told nothing.

ALTER TABLE station ADD COLUMN told TEXT; -- error code; NULL: we are served
ALTER TABLE station ADD COLUMN told_ms INTEGER; -- by the local clock
