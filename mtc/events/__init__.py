"""Event rows, and the subscribers of events."""
