"""Every limit on what comes from outside: its unit, and why it has this value."""

KIB = 1024
MIB = 1024 * KIB

MAX_FRAME_BYTES = 64 * KIB  # body of one frame: bounds what one msgpack decode can cost (x73)
PART_BYTES = 48 * KIB  # blob bytes in one PART frame: about 6 s at 64 kbit/s
MAX_ENVELOPE_BYTES = 56 * KIB  # one envelope travels in one frame, next to its framing
MAX_PLAINTEXT_BYTES = 256 * KIB  # after decompression: a sealed bomb stays this small
MAX_ZSTD_WINDOW_LOG = 18  # 256 KiB, as much as the largest plaintext can use
MAX_COUNT = 2**53  # numbers, versions and times in ms stay below: exact in every language
MAX_TIME_MS = (
    32_503_680_000_000  # year 3000: no honest clock says so; dates can be counted on from it
)
MAX_TIME_BYTES = 128  # the county's signed time: 97 bytes at most, with room
TIME_S = 600  # before the county signs another: 25 MB a year for 400 stations that call all day
TIME_SURE_S = 24 * 3600  # after it came a time is shown as "about"
TIME_AHEAD = 1_000_000  # statements that a restored county moves on: 19 years of them
KEEP_MS = 90 * 86_400_000  # of sealed bytes that the county has settled, if no SAFE comes
BIN_MS = 30 * 86_400_000  # of what somebody threw away
KEEP_RUN_MS = 7 * 86_400_000  # own running time in which something to the contrary may be heard
PAD_BYTES = 64  # hides what a right guess would change in the compressed size

CHUNK_BYTES = 64 * KIB  # plaintext in one STREAM chunk of a blob
MAX_FILE_BYTES = 20 * MIB  # one attachment; the catalogue may say less
CHUNK_TAG_BYTES = 16  # by which a sealed chunk is longer
MAX_BLOB_BYTES = MAX_FILE_BYTES + MAX_FILE_BYTES // CHUNK_BYTES * CHUNK_TAG_BYTES  # that, sealed
MAX_APPLICATION_FILES_BYTES = 50 * MIB  # all attachments of one application
MAX_FILES = 30  # attachments of one application: their names must fit into one envelope
MAX_ENVELOPE_BLOBS_BYTES = (  # that one envelope announces: those attachments, sealed
    MAX_APPLICATION_FILES_BYTES
    + (MAX_APPLICATION_FILES_BYTES // CHUNK_BYTES + MAX_FILES) * CHUNK_TAG_BYTES
)
MAX_CONTROL_BYTES = 32 * KIB  # an envelope of lane 0; 256 lines of a receipt take 16 KB

MAX_FORM_BYTES = 32 * KIB  # JSON of one form: longer texts belong into an attachment
MAX_FORM_DEPTH = 12  # nesting of a form; real ones have 3
MAX_MARK_BYTES = 128  # a mark in a Hello: 99 bytes, with room
MAX_BATCH_LINE_BYTES = 64 * KIB  # a form as long as can be, with the names of its files
MAX_INQUIRY_IDS = 256  # envelopes asked about at once: 8 KB that do not compress
ALLOWANCE_S = 24 * 3600  # in which the county does no more than this again for one node:
TOLD_AGAIN = 1024  # envelopes that it is told of: four statements; the rest is asked for later
RENEWALS = 8  # of its keys: each is a new roster for everybody
MAX_NOTE_CHARS = 4000  # the note on a decision
MAX_OFFICE_EVENTS = 200  # of one case's log that travels between county and office
MAX_FAULTS = 64  # fields and pages that one correction speaks of: a form with its papers has 40
MAX_TELLING_DAYS = 1000  # working days in which a document is to be told: as many as a limit has
MAX_POSTER_DAYS = 90  # that a poster hangs: the longest window of a catalogue is 30
MAX_POSTER_LINES = 20  # that it says of a case
MAX_SERVED = 20  # villages of one station beside its own
MAX_LACKING = 100  # things that are missing, on one 一次性告知单
MAX_PERSONS = 4  # named together as witnesses or visitors: the law asks for two

NUMBERS_LOW = 20  # numbers of a kind that remain at a station: below that it asks for more
NUMBERS_USUAL = 100  # numbers in a block, if nobody says otherwise: a village's quarter
MAX_BLOCK_NUMBERS = 10_000  # numbers in one block
MAX_NUMBER_CHARS = 50  # of a number on paper: as GB/T 39046 has it
MAX_SLIP_BYTES = 640  # a signed slip: 200 bytes, 520 with the longest code of an item
MAX_SLIP_CHARS = 2000  # that somebody types of one: 340 characters, with blanks and line ends
MAX_NUMBER_BLOCKS = 8  # that one report or answer tells of: two kinds, two years, old and new
MAX_VOIDED_RUNS = 64  # in one report: 20 KB if each has the longest reason
MAX_REASON_CHARS = 100  # why a number was voided
NUMBER_ANSWERS = 16  # with blocks in them, to one station in a day: 1,600 applications

MAX_CLERK_NAME_CHARS = 40  # of whoever works at a desk
MAX_WAITING_CLERKS = 20  # of a desk, who have not read a circular yet: as many as one PC has
MAX_SLOT_BYTES = 2048  # of a vault, sealed for the county or for a desk: X-Wing's has 1,168
DESK_REQUEST_DAYS = 30  # that a request to release a desk counts: by stick it takes weeks

MAX_EDITION_BYTES = 16 * MIB  # a catalogue or roster, decompressed (2,400 items are 1.7 MB)
MAX_EDITION_ENTRIES = 20_000  # entries of one edition
MAX_ENTRY_BYTES = 64 * KIB  # one item of the catalogue, or one node of the roster
MAX_CATALOGUE_FILE_BYTES = 32 * MIB  # what `publish` reads

MAX_ROSTER_FILE_BYTES = 4 * MIB  # a table of nodes that an administrator imports
MAX_ROSTER_LINES = 5000  # of that table: a large county has 900 villages
MAX_CONTACT_CHARS = 100  # whom to call about a node

MAX_KIT_BYTES = 64 * KIB
MAX_TICKET_BYTES = 1024  # of a kit, 300 bytes: a hub takes no request to join without one
MAX_JOIN_BYTES = 16 * KIB  # a join request; an X-Wing key is 1,216 of it
MAX_JOIN_ANSWER_BYTES = MAX_EDITION_BYTES + 64 * KIB  # brings the roster along
MAX_CERTIFICATE_BYTES = 4096  # of a node, DER: 500 bytes
MAX_AUTHORITIES = 4  # TLS authorities that count at once: two while one takes over from another
MAX_FORMER_KEYS = 3  # signing keys of a node that still count for what is under way
MAX_DRAINED = 4  # lost PCs of a node whose envelopes are still taken: one in ten years is usual
MAX_NAME_CHARS = 100  # of a node, item or material
MAX_URL_CHARS = 300
MAX_OTHER_PATHS = 4  # nodes that one node may call when its parent is silent: each costs a call

MAX_PAUSE_S = 24 * 3600  # that one side may ask of the other: a linger time, a retry-after
SILENCE_S = 90  # no byte in either direction: the line is dead; a Part takes 82 s at 4.8 kbit/s
FRAME_GRACE_S = 90  # before the rate of a frame counts: as long as silence is borne
MIN_BYTES_PER_S = 600  # of a frame that has begun: 4.8 kbit/s, half of a GSM data call
STALL_S = 300  # bytes move, but no item, answer or Ack: longer than a frame may take (199 s)
MIN_BUDGET_BYTES_PER_S = 1024  # of a budget: slower, and one envelope would look like a dead line
MAX_WINDOWS = 16  # of one lane: more is a mistake, and each costs time at every look
MAX_WINDOW_CHARS = 100  # of one cron expression
MAX_REFUSALS = 3  # of one item in a row, before it is set aside
AGAIN_S = 24 * 3600  # before what was set aside is offered again: a newer program may take it
MAX_NOTICES = 64  # in one envelope: 18 KB
MAX_STATION_NOTICES = 1000  # that a county keeps of one station: people look at them
MAX_NOTICE_BYTES = 512  # a signed notice: 260 bytes, with room
MAX_CODE_CHARS = 60  # an error code; ours have at most 28
BLOB_WAIT_S = 60 * 86_400  # before a county says that an attachment never came
QUOTA_BYTES = 1024 * MIB  # of one origin that wait at a hub: 100,000 forms, or 50 large folders
QUOTA_ITEMS = 200_000  # envelopes and blobs of one origin that wait at a hub
CONTROL_QUOTA_BYTES = 2 * MIB  # of one origin's lane 0 that wait at a hub, beside its quota
CONTROL_QUOTA_ITEMS = 256  # the same, envelopes: an honest station seals a few in a year
MIN_QUOTA_BYTES = 64 * MIB  # of a rule: one application with all its files must find room
MIN_QUOTA_ITEMS = MAX_FILES + 2  # the same: envelope, files, and room for one more
MAX_RULE_SUITES = 8  # that a rule names: there are two
KEYS_DAYS = 365  # age at which a node asks for new keys, if no rule says another
MIN_KEYS_DAYS = 60  # an answer by stick may take weeks, and a node asks again after 30 days
MAX_KEYS_DAYS = 3650
OFFICE_DAYS = 90  # an office keeps its copy of a case that it gave back, if no rule says another
MIN_OFFICE_DAYS = 30  # longer than the age of a backup from which a county may be restored
MAX_OFFICE_DAYS = 3650
RESERVE_BYTES = 64 * MIB  # of the disk kept for what comes down; of a small disk a twentieth
ROSTER_ASK_S = 30  # between two answers to one node that asks for the roster: 1 MB at most each
MAX_ROSTER_ANSWERS = 16  # at once: a county that changed its keys answers 400 stations in minutes
BACKPRESSURE_S = 900  # a peer without room gets nothing new: room comes with its own next exchanges
MAX_POISON = 1000  # items kept on which the program failed; the oldest go
MAX_ROAMING_REPORT_BYTES = 128  # a roaming report in a Hello: 100 bytes, with room
MAX_ROAMING_REPORTS = (
    200  # in one Hello: as many stations as call one hub, with room; 20 KB of a frame
)
MAX_HEALTH_BYTES = 272  # a node's word about its health: 140 bytes, 250 with every condition
MAX_HEARD = 128  # nodes that one Hello tells of, at most 37 KB; the rest comes with the next
MAX_PROGRAM_CHARS = 16  # a version: a word about health stays small
MAX_CONDITIONS = 7  # in one word about health
MAX_CONDITION_CHARS = 12  # of one of them
HEALTH_S = 600  # between two words about the same node: a line of 1 GB a month pays 0.7 MB
HEALTH_AGAIN_S = 24 * 3600  # before a word without news is said again: one may have been lost
OFFER_IDS = 2048  # ids in one OFFER: 8 bytes each
IN_FLIGHT = 512  # items sent and not yet acknowledged; more waits in the store
BATCH_ITEMS = 128  # items committed together by a receiver (group commit)
BATCH_BYTES = 4 * MIB  # bytes of arrived items kept in memory before they are committed

MAX_STICK_BAGS = 4096  # folders on one stick: as many as a county has stations, with room
MAX_STICK_NAMES = 500_000  # files and folders looked at before a stick is refused as a whole
MAX_STICK_BYTES = 256 * 1024 * MIB  # of all its files: a sparse one counts by what it claims
MAX_STICK_BLOB_BYTES = MAX_BLOB_BYTES  # one sealed attachment; FAT32 itself ends at 4 GiB
STICK_LIST_FILES = 400  # files that one list of a manifest names: 110 bytes each fit one frame
MAX_STICK_LISTS = 1536  # of one bag: their hashes fit one frame
MAX_STICK_REFUSALS = 1000  # files named one by one in a report; the rest is counted
MAX_STICK_JOINS = 1000  # requests to join on one stick, or kept by a hub: 16 KiB each
STICK_RESERVE_BYTES = MIB  # kept free on a stick, so that a full one still gets its manifest

MAX_CODE_TRIES = 10  # wrong one-time codes before the county is told, and the next must wait
CODE_PAUSE_S = 60  # between wrong codes then: 2^60 codes outlast it, and a typing mistake can wait
MAX_JOINS_OF_NODE = 4  # requests of one node that are kept: its kit may have been copied
