"""What waits for neighbours: taken over in one commit, kept, handed on."""
