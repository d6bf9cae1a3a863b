"""Rows for tests, made with the services that the house itself uses."""
