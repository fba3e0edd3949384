"""Fees at the county: notices, payments, tickets, relief, refunds, and the sum of each day."""
