"""The sans-I/O exchange of both sides: messages, lanes, budgets, what is unacknowledged."""
