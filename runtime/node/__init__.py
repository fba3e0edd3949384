"""A node's own identity: joining, certificate, renewed keys."""
