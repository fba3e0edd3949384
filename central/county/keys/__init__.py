"""The county's keys: founded, announced, replaced, and those of its nodes renewed."""
