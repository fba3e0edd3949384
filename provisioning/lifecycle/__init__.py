"""What happens to a node in ten years: another name, another hub, a pause, an end."""
