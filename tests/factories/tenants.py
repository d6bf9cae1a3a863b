"""Tenants with a store each: those of the test kit."""

from mtc.testing.tenants import World, make_world

__all__ = ["World", "make_world"]
