"""Paths that shoppers reach of a store that its merchant has not opened, or has closed."""

from __future__ import annotations

from flask import request

from mtc.core.errors import StoreClosedError
from mtc.core.i18n import _l
from mtc.web.access import Access
from mtc.web.csrf import SAFE_METHODS
from mtc.web.preview import is_previewing
from mtc.web.site import Site

NOT_OPEN = _l("This store is not open yet. Please come back later.")
LOOK_ONLY = _l("This is a preview: the store is not open, so nothing can be bought or changed in it.")


def check_opened(here: Site, access: Access | None) -> None:
    """Raise StoreClosedError unless the store is open, the route stays in reach, or staff preview it."""
    if here.store is None or here.store.opened_at is not None:
        return
    if access is not None and (access.signed or access.when_closed or access.kind == "file"):
        return
    if not is_previewing(here.store):
        raise StoreClosedError(NOT_OPEN)
    if request.method not in SAFE_METHODS:
        raise StoreClosedError(LOOK_ONLY)
