"""Entering and leaving the preview of a store that is not open."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from mtc.storefront.blueprint import storefront
from mtc.storefront.view import current_store
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.preview import begin_preview, end_preview
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other


@storefront.get("/preview/<token>")
@public(when_closed=True)
def enter_preview(token: str) -> AnyResponse:
    """Exchange a link from the admin for the cookie of the preview."""
    limit("preview", client_ip(), 60, 600)
    response = redirect("/", 303)
    if begin_preview(response, token[:1000], current_store().id):
        response.location = "/?slots=1"
    return response


@storefront.post("/leave-preview")
@public(when_closed=True)
def leave_preview() -> AnyResponse:
    """Forget the preview: the store looks as shoppers see it."""
    response = see_other("/")
    end_preview(response)
    return response
