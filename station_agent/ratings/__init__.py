"""What citizens think of how it went (好差评): once for each application, and in sums alone."""
