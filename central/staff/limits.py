"""Limits on logging in: each with its unit and its reason."""

MAX_STAFF = 500  # accounts of one hub or county
MAX_LOGINS = 1000  # open at once: two for each account
LOGIN_TRIES = 5  # wrong ones in a row before an account is locked
ADDRESS_TRIES = 50  # wrong ones from one address: an office may share one
LOCK_S = 900  # how long; a person who mistyped waits a quarter of an hour
LOGIN_S = 12 * 3600  # a login ends then, whatever is done with it: a working day
IDLE_S = 1200  # without any click: a desk that was left
