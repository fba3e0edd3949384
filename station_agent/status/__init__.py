"""What the clerk is told: how far each application has got, and when it should have gone."""
