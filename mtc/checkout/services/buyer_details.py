"""Details of the buyer at checkout, validated and stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mtc.checkout.services.countries import COUNTRIES
from mtc.checkout.values import BuyerDetails, text_hash, texts_of
from mtc.core import clock
from mtc.core.client_networks import client_network
from mtc.core.errors import ValidationError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _, _l
from mtc.core.retry import keep
from mtc.core.store_info import StoreInfo
from mtc.emails.services.outbox import check_address

_NOT_AGREED = {
    "terms": _l("Accept the terms to go on."),
    "consent": _l("Agree that delivery may begin before the withdrawal period has ended."),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer; `facts` are kept with the order: the consent with its text, time and address."""

    email: str = ""
    country: str = ""
    name: str = ""
    gateway: str = ""
    expected_total: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def check_buyer(store: StoreInfo, details: BuyerDetails, ip: str = "") -> Buyer:
    """The details as they are kept; raises ValidationError with all that is wrong, by field."""
    errors: dict[str, list[str]] = {}
    email = details.email.strip()
    try:
        email = check_address(email)
    except ValidationError as error:
        errors["email"] = error.details["email"] if email else [_("Enter your e-mail address.")]
    country = details.country.strip().upper()
    if country not in COUNTRIES:
        errors["country"] = [_("Choose your country.")]
    name = details.name.strip()
    if len(name) > 200 or any(ord(character) < 32 for character in name):
        errors["name"] = [_("Use at most 200 characters on one line.")]
    for key in texts_of(store):
        if key not in details.agreed:
            errors[key] = [str(_NOT_AGREED[key])]
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)
    return Buyer(
        email=email,
        country=country,
        name=scrub(name, multiline=False),
        gateway=details.gateway,
        expected_total=details.expected_total,
        facts=_facts(store, ip),
    )


def _facts(store: StoreInfo, ip: str) -> dict[str, Any]:
    """The evidence of the consent to early delivery (Directive 2011/83/EU, article 16 (m))."""
    now = keep("time of the consent", clock.now)
    agreed = {
        key: {"text": text, "sha256": text_hash(text), "at": now.isoformat(), "ip": ip[:45]}
        for key, text in texts_of(store).items()
    }
    legal = ((store.settings or {}).get("legal") or {}).get("terms") or {}
    if "terms" in agreed and store.locale in legal:  # which version of the terms was accepted
        agreed["terms"]["document_sha256"] = str(legal[store.locale].get("sha256", ""))
    return {**agreed, "ip": ip[:45], "network": client_network(ip)[:45]}
