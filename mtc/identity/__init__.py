"""The identity floor."""
