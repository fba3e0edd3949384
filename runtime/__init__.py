"""All I/O that the programs share: line, sticks, control sockets, jobs, logs, command line."""
