"""The page behind the link that ends one kind of mail to staff, and what mail programs post to it."""

from __future__ import annotations

from flask import Response, request

from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.core.i18n import _, _l
from mtc.notifications.services.unsubscribing import Subscription, subscription, switch
from mtc.web.access import public
from mtc.web.audited import audited
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import limit
from mtc.web.responses import keep_secret


@front.get("/unsubscribe/<token>")
@public()
def unsubscribe_page(token: str) -> Response:
    """Show the mails that the link ends. Opening it ends nothing: programs open links to look at them."""
    limit("platform:unsubscribe", client_ip(), 60, 900)
    return _show(token, subscription(token))


@front.post("/unsubscribe/<token>")
@public(signed=True)
@audited(_l("Ended notifications, or let them come again"))
def unsubscribe(token: str) -> Response:
    """End it, or with `again` let it come again. Mail programs post here without a session (RFC 8058)."""
    limit("platform:unsubscribe", client_ip(), 60, 900)
    mail_subscription = subscription(token)
    switch(mail_subscription, request.form.get("again") == "1")
    return _show(token, subscription(token), done=True)


def _show(token: str, mail_subscription: Subscription, *, done: bool = False) -> Response:
    response = plain_page(
        "admin/unsubscribe.html", title=_("Mails to you"), found=mail_subscription, token=token, done=done
    )
    return keep_secret(response)
