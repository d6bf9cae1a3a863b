"""Templates of themes that have changed on the disk are compiled anew in each running process."""

from __future__ import annotations

from flask import current_app

_seen: dict[str, str] = {}


def follow_files(theme: str, files: str) -> None:
    """Forget compiled templates when the files of a theme are others than at the last call.

    Called while a page is put together anew, which `mtc theme sync` causes by raising the content version.
    """
    before = _seen.get(theme)
    _seen[theme] = files
    if before is not None and before != files:
        current_app.jinja_env.forget()  # type: ignore[attr-defined]
