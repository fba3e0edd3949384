-- 0006: what applications owe, and which earlier one they name (docs/operations.md, "After handing in").

CREATE TABLE owed ( -- papers that were promised for later when an application was handed in here
    application TEXT NOT NULL,
    material TEXT NOT NULL, -- id in its item
    until TEXT NOT NULL, -- the day that was promised: 2027-01-31
    follow_up TEXT, -- that brought it last; NULL: none has
    PRIMARY KEY (application, material)
) STRICT;
CREATE INDEX owed_until ON owed (until) WHERE follow_up IS NULL;

CREATE TABLE versions ( -- applications that name an earlier one which they correct or replace
    application TEXT PRIMARY KEY,
    earlier TEXT NOT NULL
) STRICT;
CREATE INDEX versions_of ON versions (earlier);
