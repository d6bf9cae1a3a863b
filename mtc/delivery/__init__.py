"""Delivery of bought items to the buyer."""
