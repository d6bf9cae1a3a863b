"""The plugins floor."""
