"""A word for the next page: kept in the session, said once."""

from __future__ import annotations

from typing import Any

from flask_login import current_user

from mtc.core.i18n import Sentence

KEY = "flash"


def flash(text: Sentence, variant: str = "success") -> None:
    """Say this on the next page that the person sees; variants success, info, warning, destructive."""
    login = current_user.session
    if login is not None:
        waiting = [message for message in login.data.get(KEY, []) if isinstance(message, dict)]
        login.put(KEY, [*waiting, {"text": str(text)[:500], "variant": variant}][-5:])


def take_flash() -> list[dict[str, Any]]:
    """Return the message to show, and forget it."""
    login = current_user.session
    messages: list[dict[str, Any]] = login.pop(KEY, []) if login is not None else []
    return messages
