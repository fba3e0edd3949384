"""Pages on which a catalogue goes out as a table and comes back from one."""
