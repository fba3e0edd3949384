"""Pages of departments, posts, people and delegations."""
