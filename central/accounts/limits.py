"""Limits on logging in: each with its unit and its reason."""

MAX_STAFF = 500  # accounts of one hub or county
MAX_LOGINS = 1000  # open at once: two for each account
LOGIN_TRIES = 5  # wrong ones in a row before an account is locked
ADDRESS_TRIES = 50  # wrong ones from one address: an office may share one
LOCK_S = 900  # how long; a person who mistyped waits a quarter of an hour
LOGIN_S = 12 * 3600  # a login ends then, whatever is done with it: a working day
IDLE_S = 1200  # without any click: a desk that was left
MAX_TRIED_NAMES = 10_000  # that are no accounts, and whose wrong logins are remembered
RECOVERY_CODES = 8  # of one account, for the day on which the telephone is lost
NOTED_EACH_S = 300.0  # failed logins of one name within that are one entry of the record
MAX_NOTED_NAMES = 200  # told apart within that time; the rest are counted together
PROPOSED_S = 600.0  # a shown second factor waits so long for its first code
MAX_ONETIME = 50  # shown-once things that one person has not confirmed
MAX_ONETIME_BYTES = 32 * 1024 * 1024  # of one: kits and cards of 500 nodes are 3 MB
PROPOSAL_S = 24 * 3600  # another person confirms within a day, or it is asked for anew
MAX_PROPOSALS = 100  # open at once
PROPOSALS_SHOWN = 50  # on the page, those that were decided included
