"""Slips for citizens: what the station signs, and each copy that was printed."""
