"""Compositions of a county's processes: what makes one the lead, what another is made of."""
