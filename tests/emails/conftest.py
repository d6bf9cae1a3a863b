"""Kinds of tasks and periodic work for one test."""

from tests.tasks.conftest import every, kinds

__all__ = ["every", "kinds"]
