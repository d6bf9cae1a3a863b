"""The plugins of a store."""
