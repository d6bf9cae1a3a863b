"""The workflows floor."""
