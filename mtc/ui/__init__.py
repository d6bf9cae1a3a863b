"""The ui floor."""
