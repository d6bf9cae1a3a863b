"""Values of checkout: input, agreed texts, and the sentences that refuse an order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mtc.core.i18n import _l
from mtc.core.store_info import StoreInfo
from mtc.tenants.services import legal_links

CONSENT = _l(
    "I expressly agree that delivery of the digital content begins before the withdrawal period has ended, "
    "and I acknowledge that I lose my right of withdrawal once it has begun."
)
TERMS = _l("I have read and accept the terms of sale.")
NO_PAYMENTS = _l("This store takes no payments yet. Please come back later.")
FREE_OFF = _l("Items that cost nothing cannot be ordered in this store at the moment.")


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """The shopper's input at checkout, not yet validated.

    `gateway` is the slug of the way to pay, `expected_total` the sum that was shown, in minor units, and
    `agreed` holds the names of the texts that were agreed to, as texts_of() gives them.
    """

    email: str = ""
    country: str = ""
    name: str = ""
    gateway: str = ""
    expected_total: int | None = None
    agreed: frozenset[str] = frozenset()


def texts_of(store: StoreInfo) -> dict[str, str]:
    """Return the texts that shoppers of the store agree to: `terms`, where it has any, and `consent`.

    The store's settings may word both otherwise.
    """
    own = (store.settings or {}).get("checkout") or {}
    terms = {"terms": str(own.get("terms_text") or TERMS)} if terms_url(store) else {}
    return {**terms, "consent": str(own.get("consent_text") or CONSENT)}


def text_hash(text: str) -> str:
    """Return the SHA-256 that proves later which version of a text was agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


def terms_url(store: StoreInfo) -> str:
    """Return where the terms of the store can be read; an empty text when it has published none."""
    if any(link["kind"] == "terms" for link in legal_links(store)):
        return "/pages/terms"
    pages = (store.settings or {}).get("pages") or []
    return "/pages/terms" if any(page.get("slug") == "terms" for page in pages) else ""
