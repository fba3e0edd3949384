-- 0004: what went today, and what is known of the line. Older databases know nothing of either: the
-- day begins from nothing, and no arrival is forecast before the next exchange has been measured.

ALTER TABLE station ADD COLUMN spent BLOB; -- msgpack: local day, and bytes sent by lane
ALTER TABLE station ADD COLUMN bytes_per_s REAL; -- what the line carries, a moving average
ALTER TABLE station ADD COLUMN gap_s REAL; -- between two exchanges that ended well, the same
ALTER TABLE station ADD COLUMN left_ms INTEGER; -- trusted time at the end of the last of them
