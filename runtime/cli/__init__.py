"""Commands: options, exit codes, words and tables on a terminal."""
