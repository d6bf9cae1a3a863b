"""The checkout floor."""
