"""Seeded generator of people, forms and scanned pages, for examples, training and benchmarks.

Everything follows from the ``random.Random`` that the caller passes in. Nobody in it exists:
surnames are not surnames, resident ids are of people born before 1900, phone and card numbers
are in ranges that are not given out.
"""
