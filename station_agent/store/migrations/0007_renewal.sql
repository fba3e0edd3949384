-- 0007: renewal of keys. Old rows have keys of unknown age: their year begins with this step.

ALTER TABLE station ADD COLUMN keys_ms INTEGER; -- trusted time when the keys in force were first seen
ALTER TABLE station ADD COLUMN renewal_ms INTEGER; -- local time when new ones were asked for
ALTER TABLE station ADD COLUMN keys_shown INTEGER NOT NULL DEFAULT 1; -- 0: sign something soon
