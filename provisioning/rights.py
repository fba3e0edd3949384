"""What somebody may do in a county or at a hub; roles of accounts are made of these."""

from enum import Enum


class Right(Enum):
    """One thing that somebody may do."""

    LOOK = "look"  # see nodes, counts, ages
    RUN = "run"  # add, import, rename, move, address nodes; make kits; move sticks
    GRANT = "grant"  # approve, reject, suspend, drain, stop, retire nodes
    STAFF = "staff"  # accounts
    CASES = "cases"  # see and decide cases: on the command line only, until a page has them
    PUBLISH = "publish"  # the catalogue: the same
    KEYS = "keys"  # the county's own keys: on the command line only
    RECORD = "record"  # the audit record
    CONFIRM = "confirm"  # what somebody else proposed, where it takes two persons
