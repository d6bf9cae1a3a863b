"""Draws the pictures and downloadable files of the demo stores, with the standard library only."""
