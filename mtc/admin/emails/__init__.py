"""The outbox of a store."""
