"""What somebody may do in a county or at a hub; roles of accounts are made of these."""

from enum import Enum


class Right(Enum):
    """One thing that somebody may do."""

    LOOK = "look"  # see nodes, counts, ages
    RUN = "run"  # add, import, rename, move, address nodes; make kits; move sticks
    GRANT = "grant"  # approve, reject, suspend, drain, stop, retire nodes
    STAFF = "staff"  # accounts
    CASES = "cases"  # see cases and letters, answer letters; decide: on the command line only
    AUTHOR = "author"  # propose and edit drafts of the catalogue
    REVIEW = "review"  # approve drafts of others, or send them back
    PUBLISH = "publish"  # publish what was approved; the whole file where no review is asked for
    KEYS = "keys"  # the county's own keys: on the command line only
    RECORD = "record"  # the audit record
    CONFIRM = "confirm"  # what somebody else proposed, where it takes two persons
