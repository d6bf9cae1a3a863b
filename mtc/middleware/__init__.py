"""The stack that every request passes, in order."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Put the stack around the application."""
