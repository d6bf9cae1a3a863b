"""The mailbox of the demo: the mails that its stores "sent", which stay on this machine.

The address exists where the demo may be loaded and mail goes to an outbox, never in production. Everybody
may look who can open the platform: the log-in page shows the passwords of the same people, so their mails
tell nobody more. Mails of other tenants and other people in the same outbox are not shown.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Flask, Response, current_app

from mtc.admin.bare_layout import plain_page
from mtc.admin.home.demo_logins import demo_logins
from mtc.core.email_addresses import address_key
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.core.relative_time import exact, when
from mtc.emails.queries import sent_as
from mtc.infra import ports
from mtc.infra.mail import OutboxMail, StoredMail
from mtc.middleware.security_headers import csp_nonce, policy
from mtc.tenants import queries
from mtc.tenants.services import store_url
from mtc.tenants.services.store_lookup import StoreInfo, store_info
from mtc.web.access import public
from mtc.web.responses import keep_secret

demo = Blueprint("demo", __name__)
demo.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
PATH = "/demo/mail"
MOST = 50
LOOKED_AT = 300
# Nothing runs and nothing is fetched; a link that somebody presses leads the whole window away.
POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_LINK = re.compile(r"https?://[^\s<>\"']+")


def mount_demo_mail(app: Flask) -> None:
    """Add the mailbox where there may be a demo whose mails stay here."""
    config = app.config["MTC"]
    stays = config.mail_url.startswith("outbox:")
    if config.demo and not config.production and stays and find_spec("mtc.demo") is not None:
        app.register_blueprint(demo)


def mailbox_path(*, demo: bool = True) -> str:
    """The address of the mailbox; empty where there is none, and for who is no part of the `demo`."""
    return PATH if demo and "demo" in current_app.blueprints else ""


@demo.get(PATH)
@public()
def mailbox() -> Response:
    """The newest mails of the demo stores and of the demo's people."""
    mails = [_row(mail) for mail in _mails()[:MOST]]
    return _kept(
        plain_page("admin/demo/mailbox.html", title=_("Mailbox of the demo"), mails=mails, path=PATH)
    )


@demo.get(f"{PATH}/<name>")
@public()
def demo_mail(name: str) -> Response:
    """One mail, with the links that it holds."""
    mail = _mail(name)
    response = plain_page(
        "admin/demo/mail.html",
        title=mail.subject,
        path=PATH,
        mail={**_row(mail), "text": mail.text, "has_html": bool(mail.html), "links": _links(mail.text)},
    )
    own = policy(csp_nonce(), secure=current_app.config["MTC"].secure)
    response.headers["Content-Security-Policy"] = f"{own}; frame-src 'self'"
    return _kept(response)


@demo.get(f"{PATH}/<name>/body")
@public()
def demo_mail_body(name: str) -> Response:
    """The HTML of a mail, for the frame on its page."""
    mail = _mail(name)
    if not mail.html:
        raise NotFoundError(_l("This mail has no HTML."))
    html = mail.html.replace("<head>", '<head><base target="_top">', 1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return _kept(response)


def _kept(response: Response) -> Response:
    keep_secret(response)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _stores() -> list[StoreInfo]:
    """The stores of the demo."""
    stores = (store_info(row) for row in queries.all_stores())
    return [store for store in stores if store.settings.get("is_demo")]


def _mails() -> list[StoredMail]:
    """Those of the outbox that the demo caused, newest first."""
    stores = _stores()
    if not stores or not isinstance(ports.mail, OutboxMail):
        raise NotFoundError(_l("There is nothing at this address."))
    mails = ports.mail.messages(LOOKED_AT)
    sent_ids = sent_as({store.tenant_id for store in stores}, [mail.id for mail in mails])
    people = {address_key(login["email"]) for login in demo_logins(stores)}
    return [mail for mail in mails if mail.id in sent_ids or address_key(mail.to) in people]


def _mail(name: str) -> StoredMail:
    for mail in _mails():
        if mail.id == name:
            return mail
    raise NotFoundError(_l("There is no such mail in the mailbox of the demo."))


def _row(mail: StoredMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "subject": mail.subject,
        "from": mail.sender,
        "to": mail.to,
        "at": when(mail.sent_at),
        "moment": exact(mail.sent_at),
    }


def _links(text: str) -> list[str]:
    """The links of a mail that lead to this installation, each once."""
    base = current_app.config["MTC"].public_url
    ours = (f"{base}/", *(f"{store_url(store, base)}/" for store in _stores()))
    links = (link.rstrip(".,;)") for link in _LINK.findall(text))
    return list(dict.fromkeys(link for link in links if link.startswith(ours)))
