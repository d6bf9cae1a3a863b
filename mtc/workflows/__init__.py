"""Workflows of a tenant."""
