"""Carts, and the way from a cart to an order."""
