"""Who is at the desk: the first clerk, logging in, the lock."""
