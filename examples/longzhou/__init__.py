"""The sample county: sources, what :mod:`examples.longzhou.make` builds from them."""
