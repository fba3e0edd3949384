"""What a township adds to the relay: joining new stations through it, and its own state."""
