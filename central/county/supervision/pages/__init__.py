"""The pages of supervision: cards and lights, one card, and the view for a wall."""
