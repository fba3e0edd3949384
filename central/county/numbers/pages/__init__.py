"""Pages of number blocks: what is left where, issuing, and voiding."""
