"""The pages of ratings: bad ones, one of them, and sums of all."""
