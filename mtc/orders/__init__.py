"""The orders floor."""
