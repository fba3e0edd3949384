"""Store-and-forward for both roles: takes custody of what it cannot read and passes it on.

The relay knows no role. What is addressed to its own node it hands to a Deliver port, and what
a role wants carried it takes through Post.
"""
