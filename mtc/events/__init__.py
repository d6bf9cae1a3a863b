"""The events floor."""
