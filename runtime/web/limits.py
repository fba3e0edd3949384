"""Limits on what a browser sends, and on what is kept for it: each with its unit and its reason."""

KIB = 1024
MAX_FORM_POST_BYTES = 64 * KIB  # of a form without a file
MAX_LONG_FORM_BYTES = 512 * KIB  # of one with an item of 64 KiB: each Chinese character takes 9
MAX_PIECES_BYTES = 320 * KIB * KIB  # of a form whose files are read piece by piece: ten of 30 MiB
MAX_TOKEN_BYTES = 256  # of the field in front of them: a page's own has 88
PIECE_S = 30.0  # for the next piece of such a form to arrive
FORM_S = 120.0  # for a whole form with a file to arrive
MAX_TASKS = 50  # background tasks, those that have ended included
MAX_UPLOADS = 50  # tables that wait for their owner's word, in memory: 200 MB at most
MAX_REPEATS = 2000  # forms that were taken, so that the same one is known again
KEPT_S = 3600  # how long what has ended, or waits to be fetched, is kept
