"""The delivery floor."""
