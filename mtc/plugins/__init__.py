"""Plugins and their installation for tenants."""
