"""Numbers that are given out in advance: used, voided, refilled."""
