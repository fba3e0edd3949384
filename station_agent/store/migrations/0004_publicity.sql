-- 0004: what the county asks to be put up in the village; what was done about it stands in follow_ups.

CREATE TABLE publicities (
    application TEXT PRIMARY KEY,
    task BLOB NOT NULL, -- what the poster says, sealed for the vault
    n INTEGER NOT NULL, -- in the county's count: of two tasks the higher stands
    came_ms INTEGER NOT NULL, -- by the local clock
    before INTEGER NOT NULL -- how often its posters had been put up or taken down when it came
) STRICT;
