"""Mails about an account: the link that finishes it, a new password, the link of an order.

Stored mails hold a mark in the place of the secret; it becomes the secret when the mail leaves.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.core.i18n import _
from mtc.delivery.services.email_context import mail_slots, theme_of
from mtc.emails.registry import email_secrets
from mtc.emails.services import render_email, send_rendered_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.identity import queries as people
from mtc.identity.models import Customer
from mtc.identity.services.email_tokens import JOIN, JOIN_SECONDS, RESET, RESET_SECONDS, proof_token
from mtc.orders import queries as orders
from mtc.orders.models import Order
from mtc.orders.services import secret_of
from mtc.orders.services.access import CODE_MINUTES, code_in_clear
from mtc.pages.services import showing
from mtc.storefront.store_context import shop
from mtc.storefront.view import current_store


def mail_reset(customer: Customer) -> None:
    """Mail the link to choose a new password."""
    store = shop(current_store(), "")
    url = f"{store['url']}/account/reset/[[reset:{customer.id}]]"
    _post("password-reset", customer, _("Choose a new password"), reset_url=url, minutes=RESET_SECONDS // 60)


def mail_join(customer: Customer) -> None:
    """Mail the link that finishes an account."""
    store = shop(current_store(), "")
    url = f"{store['url']}/account/join/[[join:{customer.id}]]"
    subject = _("Finish your account at %(store)s", store=store["name"])
    _post("join", customer, subject, join_url=url, hours=JOIN_SECONDS // 3600)


def mail_known(customer: Customer) -> None:
    """Tell who typed an address that has an account; nobody else learns it."""
    store = shop(current_store(), "")
    links = {"login_url": f"{store['url']}/account/login", "forgot_url": f"{store['url']}/account/forgot"}
    subject = _("You have an account at %(store)s", store=store["name"])
    _post("account-known", customer, subject, **links)


def mail_order_link(order: Order) -> None:
    """Mail the secret link of an order to the address that it was made with."""
    url = f"{shop(current_store(), '')['url']}/orders/{order.order_number}?t=[[order:{order.id}]]"
    facts = {"number": order.order_number, "order_url": url}
    subject = _("Your order %(number)s", number=order.order_number)
    _send("order-link", order.email, order, subject, facts)


def mail_order_code(order: Order) -> None:
    """Mail the code that opens an order on another browser to the address that it was made with."""
    facts = {"number": order.order_number, "code": f"[[code:{order.id}]]", "minutes": CODE_MINUTES}
    subject = _("Your code for order %(number)s", number=order.order_number)
    _send("order-code", order.email, order, subject, facts)


def _post(name: str, customer: Customer, subject: str, **facts: Any) -> None:
    _send(name, customer.email, customer, subject, {**facts, "customer_name": customer.name})


def _send(name: str, to: str, entity: Customer | Order, subject: str, facts: dict[str, Any]) -> None:
    store = shop(current_store(), "")
    facts = {**facts, "store": store, "theme": theme_of(current_store())}
    sender = sender_name_and_address(store["name"], store["email"])
    with showing(mail_slots(current_store(), facts)):
        email = render_email(name, facts, to=to, subject=subject, sender=sender)
    send_rendered_email(email, entity=entity)


def _proof(mail: Any, customer_id: UUID, purpose: str) -> str:
    customer = people.customer(mail.tenant_id, customer_id) if mail.entity_id == customer_id else None
    return proof_token(customer, purpose) if customer is not None else ""


@email_secrets.add("reset")
def reset_secret(mail: Any, customer_id: UUID) -> str:
    """The secret part of the link to a new password."""
    return _proof(mail, customer_id, RESET)


@email_secrets.add("join")
def join_secret(mail: Any, customer_id: UUID) -> str:
    """The secret part of the link that finishes an account."""
    return _proof(mail, customer_id, JOIN)


@email_secrets.add("order")
def order_secret(mail: Any, order_id: UUID) -> str:
    """The secret part of the link to an order."""
    order = orders.order_by_id(order_id) if mail.entity_id == order_id else None
    return secret_of(order) if order is not None else ""


@email_secrets.add("code")
def order_code(mail: Any, order_id: UUID) -> str:
    """Return the code that opens an order; nothing once it was used or has run out."""
    return (code_in_clear(order_id) if mail.entity_id == order_id else "") or "(this code was closed)"
