"""Tenants, their stores and the hosts that lead to them."""
