"""Results of callbacks of a plugin's own life (docs/plugins/lifecycle.md)."""

from mtc.core.configured import CheckResult

__all__ = ["CheckResult"]
