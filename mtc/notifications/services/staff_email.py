"""Writing an email to the staff of a tenant, in the look of its store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from flask import current_app

from mtc.core.db import scope_tenant
from mtc.core.i18n import current_locale, use_locale
from mtc.delivery.services.email_context import theme_of
from mtc.emails.models import Email
from mtc.emails.services import render_email, send_rendered_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.notifications.services.preferences import TOPICS, Recipient, recipients
from mtc.tenants import queries as tenants
from mtc.tenants.services import StoreInfo, store_url
from mtc.tenants.services.store_lookup import store_info


def first_store() -> StoreInfo:
    """The first store of the tenant."""
    return store_info(tenants.stores_of(scope_tenant())[0])


def admin_url(store: StoreInfo) -> str:
    """The address of the tenant's admin."""
    return f"{current_app.config['MTC'].public_url}/admin/{store.tenant_slug}"


def email_staff(
    topic: str,
    template: str,
    store: StoreInfo,
    content: Callable[[], tuple[str, dict[str, Any]]],
    to: Iterable[Recipient] | None = None,
    *,
    entity: Any = None,
    once: str = "",
) -> int:
    """Post the email to everybody who wants the topic; with `once`, a key, one time only. Returns how many.

    `content` gives the subject and the facts; it is asked in each language that the recipients read.
    `to` are those people, where the caller has looked for them already.
    """
    people = sorted(recipients(topic) if to is None else to, key=lambda recipient: recipient.locale)
    posted: list[Email | None] = []
    for locale, readers in groupby(people, key=lambda recipient: recipient.locale):
        with use_locale(locale):
            subject, facts = content()
            shared = {**facts, **_shared(topic, store)}
            posted += [
                send_rendered_email(
                    render_email(
                        template,
                        {
                            **shared,
                            "name": recipient.name,
                            "stop_url": f"[[unsubscribe:{recipient.member_id}]]",
                        },
                        to=recipient.email,
                        subject=subject,
                        sender=sender_name_and_address(store.name, store.email),
                    ),
                    entity=entity,
                    dedupe_key=f"{once}:{recipient.member_id}" if once else None,
                )
                for recipient in readers
            ]
    return sum(email is not None for email in posted)


def _shared(topic: str, store: StoreInfo) -> dict[str, Any]:
    return {
        # Without an address: shoppers write to that one, staff have no question to ask there.
        "store": {
            "name": store.name,
            "url": store_url(store, current_app.config["MTC"].public_url),
            "locale": current_locale(),
            "logo": store.branding.get("logo") or {},
        },
        "theme": theme_of(store),
        "topic": TOPICS[topic].label,
    }
