"""Writing a mail about an order: what its templates know, and the marks that stand for keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core.crypto import open_sealed
from mtc.core.i18n import Sentence, use_locale
from mtc.emails.models import Email
from mtc.emails.registry import email_secrets, store_look
from mtc.emails.services import RenderedEmail, render_email, send_rendered_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.presenters import order_view
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services import order_path
from mtc.pages import queries as ui_queries
from mtc.pages.services import Fetcher, SlotBoard, showing
from mtc.pages.services.design_tokens import branded
from mtc.pages.services.plugin_slots import slot_widgets
from mtc.pages.services.slot_board import only_for
from mtc.pages.services.slot_list import MAIL
from mtc.tenants import queries as tenant_queries
from mtc.tenants.services import StoreInfo, store_url
from mtc.tenants.services.store_lookup import store_info

MAX_KEYS_IN_MAIL = 50
SLOTS = "slots"


def store_of(order: Order) -> StoreInfo:
    """Return the store that an order was made in."""
    rows = tenant_queries.stores_of(order.tenant_id)
    return next(store_info(row) for row in rows if row.store_id == order.store_id)


@store_look
def theme_of(store: StoreInfo) -> dict[str, Any]:
    """The look of a store as mails need it; nothing where no theme is installed."""
    rows = [theme for theme in ui_queries.themes(store.theme_slug) if not theme.problem]
    if not rows:
        return {}
    row = rows[0]
    theme = {"colors": row.colors, "fonts": row.fonts, "borders": row.borders}
    return {**branded(theme, store.branding), "scheme": (row.settings or {}).get("scheme", "light")}


def facts_of(order: Order) -> dict[str, Any]:
    """Return the context of every template of a mail about an order: store, theme, order, order_url."""
    with use_locale(order.locale):
        return _facts_of(order)


def _facts_of(order: Order) -> dict[str, Any]:
    store = store_of(order)
    url = store_url(store, current_app.config["MTC"].public_url)
    facts = {
        "store": {
            "name": store.name,
            "slug": store.slug,
            "tagline": store.tagline,
            "email": store.email,
            "url": url,
            "locale": order.locale,
            "logo": store.branding.get("logo") or {},
            "footer": store.settings.get("footer") or {},
        },
        "theme": theme_of(store),
        "order": order_view(order, order.locale, window=KeyWindow(MAX_KEYS_IN_MAIL)),
        "order_url": url + order_path(order),
        "customer_name": order.customer_data.get("name", ""),
    }
    return {**facts, SLOTS: mail_slots(store, facts)}


def mail_slots(store: StoreInfo, facts: dict[str, Any]) -> SlotBoard:
    """The contents of the slots of an email of the store."""
    page = {"key": "mail", "path": "", "customer": None}
    context = {"page": page, "store": facts["store"], "theme": facts["theme"]}
    return SlotBoard(only_for(slot_widgets(store), MAIL), context, Fetcher(page))


def write(order: Order, name: str, subject: Sentence, facts: dict[str, Any]) -> RenderedEmail:
    """The mail `templates/mail/<name>` to the buyer of an order, in the language that they ordered in."""
    sender = sender_name_and_address(facts["store"]["name"], facts["store"]["email"])
    with use_locale(order.locale), showing(facts[SLOTS]):
        return render_email(name, facts, to=order.email, subject=str(subject), sender=sender)


def post(
    order: Order, name: str, subject: Sentence, facts: dict[str, Any], dedupe_key: str
) -> Email | None:
    """Write and post the mail `templates/mail/<name>`; a dedupe key that was used posts nothing (None)."""
    return send_rendered_email(write(order, name, subject, facts), entity=order, dedupe_key=dedupe_key)


def key_mark(unit_id: UUID) -> str:
    """Return the mark of a key in a stored mail; the key is sealed at rest and opened for sending."""
    return f"[[key:{unit_id}]]"


@email_secrets.add("key")
def key_of(mail: Any, unit_id: UUID) -> str:
    """Return the key of a mark in a mail about an order; only valid keys of that very order."""
    item = order_queries.unit_of_order(mail.entity_id, unit_id) if mail.entity_id else None
    if item is None or item.StockItem.status != "delivered":
        return "(this key was closed)"
    unit = item.StockItem
    return open_sealed(
        unit.value, tenant_id=unit.tenant_id, table="stock_items", column="value", row_id=unit.id
    )
