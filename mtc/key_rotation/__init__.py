"""Changing the keys of an installation while it sells."""
