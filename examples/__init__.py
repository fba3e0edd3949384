"""A made-up county to try the programs on, and the generator that makes its people."""
