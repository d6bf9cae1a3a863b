"""Requests that are carried out once: the Idempotency-Key header."""
