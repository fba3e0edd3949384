"""What publishing proves of a form: that each condition can hold, by forms made from the schema."""
