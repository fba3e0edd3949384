"""What a program counts of itself, as text that Prometheus reads: numbers, never contents."""
