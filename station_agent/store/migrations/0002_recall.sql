-- 0002: what this station remembers of its pushes, to notice a disk that was set back; and the
-- county's marks. Old rows remember nothing, so the next exchange asks the parent once more.

ALTER TABLE station ADD COLUMN pushed BLOB NOT NULL DEFAULT x''; -- exchange ids, 8 bytes each
ALTER TABLE station ADD COLUMN answered_exchange BLOB NOT NULL DEFAULT x'';
ALTER TABLE station ADD COLUMN answered_items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN set_back_ms INTEGER; -- local time when a parent knew more than we

CREATE TABLE marks ( -- the county's signed word with the highest receipt number, as it came
    county BLOB PRIMARY KEY, -- instance
    number INTEGER NOT NULL,
    mark BLOB NOT NULL
) STRICT;
