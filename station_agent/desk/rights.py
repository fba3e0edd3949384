"""What one may do at the desk: whoever works here may do everything that the desk does."""

from enum import Enum


class DeskRight(Enum):
    """What a page asks of its reader."""

    WORK = "work"
