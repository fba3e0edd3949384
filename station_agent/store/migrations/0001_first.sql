-- 0001: what a station keeps. Times are ms UTC; a node or application id is lower-case hex.

CREATE TABLE station ( -- one row: what is true of this database as a whole
    one INTEGER PRIMARY KEY CHECK (one = 1),
    instance BLOB NOT NULL, -- of this database
    program TEXT NOT NULL DEFAULT '', -- version that ran last; another may do what was refused
    run_ms INTEGER NOT NULL DEFAULT 0, -- how long this station has run, all in all

    -- exchange: the parent, and what it acknowledged
    parent BLOB, -- instance of the parent that the marks of custody below are about
    parent_roster INTEGER, -- versions that the parent held last:
    parent_release INTEGER, -- with others it may judge otherwise,
    parent_program TEXT, -- and so may another program
    county BLOB, -- instance of the county whose receipts settle envelopes
    unacknowledged INTEGER NOT NULL DEFAULT 0, -- before pushing ask about: 0 nothing, 1 the oldest, 2 all
    pushed BLOB NOT NULL DEFAULT x'', -- ids of exchanges in which we pushed, 8 bytes each
    answered_exchange BLOB NOT NULL DEFAULT x'', -- the last of them that the parent spoke of,
    answered_items INTEGER NOT NULL DEFAULT 0, -- and how many items of it the parent held
    refused_items INTEGER NOT NULL DEFAULT 0, -- items of the parent that were not acted on

    -- exchange: a disk that was rolled back, and what the county has to say again
    rolled_back_ms INTEGER, -- local time when a parent knew more than we
    met_ms INTEGER NOT NULL DEFAULT 0, -- time of the county that was held
    met_before_ms INTEGER NOT NULL DEFAULT 0, -- at the last two exchanges
    lost_from_ms INTEGER, -- what the county said since may be lost here
    pulls INTEGER NOT NULL DEFAULT 0, -- how often it is still to be asked for
    pulled_ms INTEGER, -- local time when it was asked for last

    -- exchange: the line
    spent BLOB, -- msgpack: local day, and bytes sent by lane
    bytes_per_s REAL, -- what the line carries, a moving average
    gap_s REAL, -- between two exchanges that ended well, the same
    left_ms INTEGER, -- trusted time at the end of the last of them

    -- exchange: time
    time BLOB, -- the county's newest signed time,
    time_n INTEGER NOT NULL DEFAULT 0, -- its number,
    time_local_ms INTEGER, -- and when it came: local time,
    time_run_ms INTEGER, -- this station's running time,
    time_fresh INTEGER NOT NULL DEFAULT 0, -- 1: over a line, from a parent that agrees
    time_shown INTEGER NOT NULL DEFAULT 0, -- 1: the parent holds an older one, show it ours

    -- keys
    keys_ms INTEGER, -- trusted time when the keys in force were first seen
    renewal_ms INTEGER, -- local time when new ones were asked for
    keys_shown INTEGER NOT NULL DEFAULT 1, -- 0: sign something soon
    certify_of BLOB, -- name of the TLS authority of which a certificate was asked for
    certify_ms INTEGER, -- local time when it was
    unproved_ms INTEGER NOT NULL DEFAULT 0 -- since when the county has the key that did not prove something
) STRICT;

-- Intake

CREATE TABLE applications (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    application TEXT NOT NULL UNIQUE,
    item TEXT NOT NULL, -- empty if only its result is known here
    envelope BLOB UNIQUE,
    saved_ms INTEGER NOT NULL, -- by the local clock
    content BLOB, -- SHA-256 of what was handed in; NULL if only its result is known here
    applicant BLOB, -- their name, sealed for the vault; NULL if the form names nobody
    outcome TEXT CHECK (outcome IN ('decided', 'returned', 'rejected')),
    result BLOB, -- JSON, sealed for the vault
    result_n INTEGER, -- the county's number of it: a higher one replaces it
    result_ms INTEGER, -- by the county's clock; to show
    result_files INTEGER NOT NULL DEFAULT 0, -- how many come with it
    result_told TEXT, -- id of the follow-up that says that it was told,
    result_handed TEXT, -- and of the one that says that it was handed over
    agent BLOB, -- JSON, sealed for the vault: who acts for the applicant; NULL: nobody, or not known
    collects INTEGER -- 1: that agent may collect what comes back; 0: not; NULL: there is none
) STRICT;

CREATE INDEX applications_answered ON applications (outcome) WHERE outcome IS NOT NULL;

CREATE TABLE drafts ( -- applications that are being filled in; gone once they are handed in
    application TEXT PRIMARY KEY,
    format INTEGER NOT NULL, -- of what is sealed
    sealed BLOB NOT NULL, -- JSON: what was typed, for whom, by whom
    item BLOB NOT NULL, -- JSON, sealed: the item as it was when this was begun
    begun_ms INTEGER NOT NULL, -- by the local clock
    saved_ms INTEGER NOT NULL, -- the same
    binned_ms INTEGER, -- since when it lies in the bin
    warned_run_ms INTEGER -- this station's running time when a clerk was told that it goes soon
) STRICT;

CREATE TABLE papers ( -- pages that were taken in at the desk for an application that is filled in
    page TEXT PRIMARY KEY, -- random
    application TEXT NOT NULL,
    material TEXT NOT NULL, -- id in its item
    position INTEGER NOT NULL, -- among the pages of that material
    blob BLOB NOT NULL, -- as it lies in DATA/blobs, and as it is sent
    source BLOB NOT NULL, -- SHA-256 of what was brought: a page that is sent twice is there once
    about BLOB NOT NULL, -- its key, size and kind, sealed for the vault
    readable INTEGER NOT NULL DEFAULT 0, -- 1: a person says so
    added_ms INTEGER NOT NULL, -- by the local clock
    UNIQUE (application, material, source)
) STRICT;

CREATE TABLE slip_copies ( -- each time a slip went to the printer; what it says follows from the above
    application TEXT NOT NULL,
    copy INTEGER NOT NULL, -- from 1
    at_ms INTEGER NOT NULL, -- by the local clock
    clerk TEXT NOT NULL, -- empty where nobody is a clerk
    came_out INTEGER, -- 1 or 0: what the clerk saw; NULL: nobody said
    PRIMARY KEY (application, copy)
) STRICT;

CREATE TABLE earlier ( -- what was filled in of applications that were handed in here: for a year
    application TEXT PRIMARY KEY,
    format INTEGER NOT NULL, -- as of its draft
    sealed BLOB NOT NULL, -- the same
    handed_ms INTEGER NOT NULL, -- by the local clock
    dated_ms INTEGER -- time of the county when housekeeping first saw it; NULL: not yet
) STRICT;

CREATE TABLE clerk_marks ( -- what clerks did about what came back; nothing of the person stands here
    application TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'noted'),
    subject TEXT NOT NULL, -- code and time of the notice
    at_ms INTEGER NOT NULL, -- by the local clock
    clerk TEXT NOT NULL, -- empty where nobody is a clerk
    PRIMARY KEY (application, kind, subject)
) STRICT;

-- Exchange: what goes up

CREATE TABLE incarnations (
    opened INTEGER PRIMARY KEY, -- in the order of opening
    incarnation BLOB NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL,
    journal_bytes INTEGER NOT NULL -- of its journal that the outbox has taken in
) STRICT;

CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    envelope BLOB NOT NULL UNIQUE,
    incarnation BLOB NOT NULL,
    seq INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    wire BLOB NOT NULL, -- empty once it need not be kept any more
    size INTEGER NOT NULL,
    queued_ms INTEGER NOT NULL, -- by the local clock
    custody INTEGER NOT NULL DEFAULT 0, -- 1: the parent's current instance has it; 2: ask again
    settled INTEGER NOT NULL DEFAULT 0, -- 0 open, 1 received, 2 complete, 3 safe, 4 rejected
    enough INTEGER NOT NULL, -- settled at which it need not be sent: 1, or 2 if it has blobs
    settled_ms INTEGER, -- by the county's clock
    settled_n INTEGER NOT NULL DEFAULT 0, -- number of the county's time that was held then
    since_ms INTEGER, -- the first time of the county that came after that,
    old_run_ms INTEGER, -- this station's running time when a later one first came that is long after
    refused TEXT, -- code by which the parent refused it; tried again from time to time
    refusals INTEGER NOT NULL DEFAULT 0, -- in a row; 3: deferred
    refused_ms INTEGER, -- local time of the last
    inquired_ms INTEGER, -- local time when the county was last asked about it,
    inquiries INTEGER NOT NULL DEFAULT 0 -- and how often
) STRICT;

-- wire bytes fill most of a row: what is asked often is answered by an index alone
CREATE INDEX outbox_waiting ON outbox (lane, position, custody, size)
    WHERE custody <> 1 AND settled < 3 AND (settled < enough OR custody = 2) AND refused IS NULL;
CREATE INDEX outbox_moved ON outbox (settled, custody) WHERE custody <> 0 OR settled <> 0;
CREATE INDEX outbox_refused ON outbox (position) WHERE refused IS NOT NULL;
CREATE INDEX outbox_kept ON outbox (settled, settled_ms, incarnation) WHERE length(wire) > 0;

CREATE TABLE blobs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    blob BLOB NOT NULL UNIQUE,
    envelope BLOB NOT NULL REFERENCES outbox (envelope),
    size INTEGER NOT NULL, -- of the ciphertext, bytes
    held INTEGER NOT NULL DEFAULT 0, -- bytes that the parent's current instance has on disk
    doubted INTEGER NOT NULL DEFAULT 0, -- 1: ask whether it still has them
    done INTEGER NOT NULL DEFAULT 0, -- 1: the county has all of it
    refused TEXT,
    refusals INTEGER NOT NULL DEFAULT 0,
    refused_ms INTEGER
) STRICT;

CREATE INDEX blobs_waiting ON blobs (position) WHERE done = 0 AND (held < size OR doubted = 1);
CREATE INDEX blobs_of_envelope ON blobs (envelope);

CREATE VIEW waiting_envelopes AS -- what the parent should get, or be asked about
    SELECT position, envelope, lane, wire, size, queued_ms, custody = 2 AS doubted FROM outbox
    WHERE custody <> 1 AND settled < 3 AND (settled < enough OR custody = 2) AND refused IS NULL;

CREATE VIEW waiting_blobs AS -- after three refusals in a row a blob waits for the next hour
    SELECT b.position, b.blob, b.envelope, b.size, b.held, o.queued_ms, o.custody,
        b.held >= b.size AS doubted
    FROM blobs b JOIN outbox o USING (envelope)
    WHERE b.done = 0 AND (b.held < b.size OR b.doubted = 1) AND b.refusals < 3
        AND o.settled < 3 AND o.refused IS NULL;

-- Exchange: what comes down

CREATE TABLE seen ( -- what was stored of each parent's items: a station may have several paths
    parent TEXT PRIMARY KEY, -- node id; empty: not known, as with a stick
    exchange BLOB NOT NULL, -- the last one with it in which items were stored,
    items INTEGER NOT NULL -- and how many of them
) STRICT;

CREATE TABLE arriving ( -- blobs that were announced and come down
    origin TEXT NOT NULL, -- node whose blob it is; empty for the body of an edition
    blob BLOB NOT NULL,
    size INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0, -- bytes on disk here
    whole INTEGER NOT NULL DEFAULT 0, -- 1: all of it, and its hash was checked
    envelope BLOB, -- that announced it; NULL for the body of an edition
    news BLOB, -- msgpack of the EditionNews that announced it
    PRIMARY KEY (origin, blob)
) STRICT;

CREATE INDEX arriving_prefix ON arriving (substr(blob, 1, 8));

CREATE TABLE editions ( -- in force; and a roster that only a newer program understands whole
    kind TEXT PRIMARY KEY CHECK (kind IN ('roster', 'release', 'newer-roster')),
    version INTEGER NOT NULL,
    proof BLOB NOT NULL
) STRICT;

CREATE TABLE edition_entries (
    kind TEXT NOT NULL REFERENCES editions (kind),
    name TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT;

CREATE TABLE poison ( -- items on which this program failed
    digest BLOB PRIMARY KEY, -- SHA-256 of the item
    item BLOB NOT NULL, -- as on the wire
    fault TEXT NOT NULL,
    tries INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT;

-- Inbox

CREATE TABLE inbox ( -- envelopes that came, so that each has its effect once
    envelope BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    arrived_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX inbox_prefix ON inbox (substr(envelope, 1, 8));

CREATE TABLE quarantine ( -- came from the county, but could not be opened or understood
    position INTEGER PRIMARY KEY, -- in the order in which they came
    envelope BLOB NOT NULL UNIQUE REFERENCES inbox (envelope),
    wire BLOB NOT NULL,
    code TEXT NOT NULL, -- 'peer.needs-newer' is read again at each start
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE follow_ups ( -- what was sent after applications, and letters
    follow_up TEXT PRIMARY KEY,
    application TEXT NOT NULL, -- that it follows; empty: none
    about TEXT NOT NULL,
    content BLOB, -- digest of what was said; NULL: only the answer to it is known
    sealed BLOB, -- what was said, for the vault; NULL: only the journal had it
    envelope BLOB,
    saved_ms INTEGER NOT NULL,
    code TEXT, -- of the error, if the county refused it
    answer BLOB, -- to a letter, sealed for the vault
    answered_n INTEGER
) STRICT;
CREATE INDEX follow_ups_of_application ON follow_ups (application);
CREATE INDEX follow_ups_of_envelope ON follow_ups (envelope);

CREATE TABLE documents ( -- of steps of cases, as the county issued them
    application TEXT NOT NULL,
    n INTEGER NOT NULL, -- the county's number of it
    sealed BLOB NOT NULL, -- JSON, for the vault
    days INTEGER NOT NULL, -- working days in which it is to be told; 0: not said
    files INTEGER NOT NULL, -- how many come with it
    issued_ms INTEGER NOT NULL, -- by the county's clock
    told TEXT NOT NULL, -- id of the follow-up that says that it was told,
    handed TEXT NOT NULL, -- and of the one that says that it was handed over
    PRIMARY KEY (application, n)
) STRICT;

CREATE TABLE originals ( -- papers that travel in the bag, each time they were signed over
    stop TEXT PRIMARY KEY, -- random
    application TEXT NOT NULL,
    sealed BLOB NOT NULL, -- JSON, for the vault: what, from whom, to whom
    at_ms INTEGER NOT NULL, -- by the best clock
    clerk TEXT NOT NULL -- empty where nobody is a clerk
) STRICT;
CREATE INDEX originals_of_application ON originals (application);

CREATE TABLE statements ( -- receipts as the county signed them: they prove themselves
    statement INTEGER PRIMARY KEY,
    signed BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE receipts (
    envelope BLOB NOT NULL,
    county BLOB NOT NULL, -- instance
    rank INTEGER NOT NULL, -- the highest that came: 1 received, 2 complete, 3 safe
    first_rank INTEGER NOT NULL, -- the lowest that came, which tells number and time
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    duplicate INTEGER NOT NULL,
    statement INTEGER NOT NULL REFERENCES statements (statement),
    PRIMARY KEY (envelope, county)
) STRICT;

CREATE TABLE high_water_marks ( -- the county's signed word with the highest receipt number, as it came
    county BLOB PRIMARY KEY, -- instance
    number INTEGER NOT NULL,
    mark BLOB NOT NULL
) STRICT;

CREATE TABLE notices ( -- signed words of others on the way: they settle nothing, one for each envelope
    envelope BLOB PRIMARY KEY,
    node TEXT NOT NULL, -- who says it
    code TEXT NOT NULL,
    at_ms INTEGER NOT NULL, -- by that node's clock
    signed BLOB NOT NULL
) STRICT;

-- Clerks: their key slots lie in DATA/node/vault.bin

CREATE TABLE clerk_tries ( -- wrong passwords in a row; a right one takes the row away
    clerk TEXT NOT NULL, -- empty: the password from joining, and names of nobody
    lane TEXT NOT NULL, -- from where: whoever tries elsewhere locks nobody out here
    wrong INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, -- local time of the last
    PRIMARY KEY (clerk, lane)
) STRICT;

CREATE TABLE known_browsers ( -- in which a clerk has logged in
    digest TEXT PRIMARY KEY, -- of the token that the browser keeps
    at_ms INTEGER NOT NULL -- local time of the last login
) STRICT;

CREATE TABLE desk_request ( -- the county is asked to release this desk; the newest request alone
    one INTEGER PRIMARY KEY CHECK (one = 1),
    clerk TEXT NOT NULL, -- who gets a new password
    desk BLOB NOT NULL, -- one-time key, its public half
    slot BLOB NOT NULL, -- and its private half, wrapped by the new password
    code TEXT NOT NULL, -- to be read out
    asked_ms INTEGER, -- by the county's time; NULL: that was not known
    released BLOB, -- by the county; NULL: not yet
    stray INTEGER NOT NULL DEFAULT 0 -- answers that came and were for no request of this desk
) STRICT;

CREATE TABLE openings ( -- who opened whose record; nothing of the person stands here
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL, -- by the local clock
    clerk TEXT NOT NULL,
    application TEXT, -- NULL: all of them, in a list
    purpose TEXT NOT NULL
) STRICT;
