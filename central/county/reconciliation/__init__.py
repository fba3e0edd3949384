"""Whether everything that stations sealed has come: counters compared, gaps and forks named."""
