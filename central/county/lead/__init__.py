"""Several processes of one county: what one of them alone may do, and how the others ask it."""
