"""Files of the theme that the running page has."""

from __future__ import annotations

from flask import g

from mtc.web.assets import theme_file_url


def theme_asset(path: str) -> str:
    """The address of a file of the running page's theme."""
    return theme_file_url(g.get("theme_slug", "slate"), path)
