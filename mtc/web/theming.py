"""Files of the theme that the running page has."""

from __future__ import annotations

from contextvars import ContextVar

from mtc.web.assets import theme_file_url

_theme: ContextVar[str] = ContextVar("mtc_theme", default="slate")


def use_theme(slug: str) -> None:
    """The page that is rendered next has this theme."""
    _theme.set(slug)


def theme_asset(path: str) -> str:
    """The address of a file of the running page's theme."""
    return theme_file_url(_theme.get(), path)
