"""Views of the work list by name: one's own, or shared with a department or a post."""
