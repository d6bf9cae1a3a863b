"""How this floor and those above call hooks."""

from mtc.plugins.services import after, run_before

__all__ = ["after", "run_before"]
