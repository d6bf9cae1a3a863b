"""Figures of what a store has sold."""
