"""What can be done with plugins."""

from __future__ import annotations

from pathlib import Path

from flask import Flask


def load_plugins(app: Flask, folder: Path) -> None:
    """Find the plugins of the folder and register their hooks."""
