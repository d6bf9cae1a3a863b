"""Sentences that are marked for translation, and the catalogs that hold their translations."""
