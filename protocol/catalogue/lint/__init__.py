"""Looks over a catalogue before it is published: what is wrong, doubtful or hard to read."""
