"""The catalog floor."""
