"""Declarations of a model's columns for the audit log: `mapped_column(..., info=HIDDEN)`."""

from __future__ import annotations

from typing import Any

HIDDEN: dict[str, Any] = {"audit": "hidden"}
"""No value of the column is shown to anybody, although its name does not tell that it is a secret."""
DERIVED: dict[str, Any] = {"audit": "derived"}
"""The column follows from others or changes with every write: it says nothing about a change."""
