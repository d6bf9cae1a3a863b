"""The payments floor."""
