"""The county's web console: its site and menu. The pages of each capability lie with it."""
