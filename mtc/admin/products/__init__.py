"""Products: the list and the editor."""
