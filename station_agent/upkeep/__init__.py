"""The slow jobs: letting go, asking the county again, health, a queue made anew."""
