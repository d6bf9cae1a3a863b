"""Product types: the list and the editor."""
