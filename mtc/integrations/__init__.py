"""The integrations floor."""
