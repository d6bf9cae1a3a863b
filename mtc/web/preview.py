"""Looking at a store that is not open: a signed link from the admin becomes a cookie of the store's host.

The admin's session never reaches a store's host, so the link carries the proof: this store, this member of
staff, ten minutes. The cookie that it is exchanged for holds for two hours and allows looking only.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.core.crypto import sign, unsign
from mtc.core.errors import AppError, NotFoundError
from mtc.core.i18n import _l
from mtc.core.store_info import StoreInfo
from mtc.web.cookies import cookie, drop_cookie, set_cookie

COOKIE = "mtc_preview"
LINK_SECONDS, COOKIE_SECONDS = 600, 7200
_LINK, _COOKIE = "store.preview-link", "store.preview"
_KEY = "mtc.previewing"


def preview_token(store_id: UUID, user_id: UUID | None, *, slots: bool = False) -> str:
    """The text of a link to the preview of this store, for ten minutes; with `slots` it names the slots."""
    facts = {"store": str(store_id), "user": str(user_id or ""), "slots": slots}
    return sign(facts, _LINK, LINK_SECONDS)


def begin_preview(response: Response, token: str, store_id: UUID) -> bool:
    """Exchange the text of a link for the cookie; return whether it is a link that names the slots.

    Raises as `unsign`, NotFoundError for another store's.
    """
    payload = unsign(token, _LINK)
    if payload.get("store") != str(store_id):
        raise NotFoundError(_l("This link is for another store."))
    set_cookie(response, cookie(COOKIE), sign(payload, _COOKIE, COOKIE_SECONDS), days=1)
    return bool(payload.get("slots"))


def end_preview(response: Response) -> None:
    """Forget the cookie."""
    drop_cookie(response, cookie(COOKIE))


def is_previewing(store: StoreInfo) -> bool:
    """Return whether a member of staff looks at the preview of this store."""
    return _proof().get("store") == str(store.id)


def may_see_slots(store: StoreInfo) -> bool:
    """Return whether a member of staff may see the names of the slots of this store's pages."""
    return is_previewing(store) and bool(_proof().get("slots"))


def _proof() -> dict[str, Any]:
    """The facts in the cookie; none without one, or with one that has run out."""
    if _KEY not in request.environ:
        text = request.cookies.get(cookie(COOKIE), "")
        try:
            request.environ[_KEY] = unsign(text, _COOKIE) if 0 < len(text) <= 1000 else {}
        except AppError:
            request.environ[_KEY] = {}
    proof: dict[str, Any] = request.environ[_KEY]
    return proof
