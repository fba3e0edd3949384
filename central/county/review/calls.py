"""Names of the operations, for commands that must not load the county only to call it."""

REVIEW, ACCEPT, REJECT = "county.review", "county.accept", "county.reject"
