"""Limits on what a browser sends, and on what is kept for it: each with its unit and its reason."""

KIB = 1024
MAX_FORM_POST_BYTES = 64 * KIB  # of a form without a file
FORM_S = 120.0  # for a whole form with a file to arrive
MAX_TASKS = 50  # long works, those that have ended included
MAX_PARCELS = 50  # files made for one person to fetch, kept in memory
MAX_PARCEL_BYTES = 32 * KIB * KIB  # of one: kits and cards of 500 nodes are 3 MB
KEPT_S = 3600  # how long what has ended, or waits to be fetched, is kept
