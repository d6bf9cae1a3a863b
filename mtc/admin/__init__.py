"""The admin floor."""
