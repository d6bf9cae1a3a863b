"""Payments, refunds, and the gateways of a tenant."""
