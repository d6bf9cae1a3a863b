"""The middleware floor."""
