"""Opening a tenant with everything that it needs to sell: store, roles, owner, a way to pay."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import commit_batch, unit_of_work
from mtc.core.errors import AppError, ValidationError
from mtc.core.ids import token
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import save_method
from mtc.events.services.mail import check_address
from mtc.identity import queries as people
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.payments.services import ensure_test_gateway
from mtc.tenants.services import create_store, create_tenant

THEMES = ("slate", "folio", "arcade")
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "JPY", "INR")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; `slug` becomes the store's address."""

    slug: str
    name: str
    email: str
    owner: str
    currency: str
    theme: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new tenant; `password` is empty when the owner had a log-in already."""

    tenant_id: UUID
    slug: str
    name: str
    email: str
    password: str


def open_tenant(wanted: Wanted) -> Opened:
    """Make a tenant, its store, the default roles and its owner; needs a platform scope.

    Raises ValidationError and ConflictError with the fields at fault; then nothing is written. What can
    be refused comes first and is committed; the tenant's own rows follow in the tenant's own scope.
    """
    _check(wanted)
    tenant = create_tenant(wanted.slug, wanted.name)
    create_store(
        tenant.id,
        tenant.slug,
        wanted.name,
        currency=wanted.currency,
        email=wanted.email,
        country=wanted.country,
        theme_slug=wanted.theme,
        status="open",
    )
    create_default_roles(tenant.id)
    password, user = "", people.user_by_email(wanted.email)
    if user is None:
        password = token(12)
        user = create_user(wanted.email, wanted.owner, password)
    add_member(tenant.id, user.id, "owner")
    commit_batch()
    with use(Context(tenant_id=tenant.id, actor=SYSTEM)), tenant_scope(tenant.id), unit_of_work():
        ensure_test_gateway()
        save_method("email", "keys", "Key on screen and by e-mail", {"include_keys": True})
        save_method("file", "files", "Download", {"max_downloads": 5, "days": 30})
        save_method("manual", "by-hand", "By hand")
    return Opened(tenant.id, tenant.slug, tenant.name, wanted.email, password)


def _check(wanted: Wanted) -> None:
    faults: dict[str, list[str]] = {}
    if not 1 <= len(wanted.name) <= 200:
        faults["name"] = ["Use 1 to 200 characters."]
    if not 1 <= len(wanted.owner) <= 200:
        faults["owner"] = ["Use 1 to 200 characters."]
    if wanted.theme not in THEMES:
        faults["theme"] = ["Choose one of the themes."]
    if wanted.currency not in CURRENCIES:
        faults["currency"] = ["Choose one of the currencies."]
    if wanted.country and not (
        len(wanted.country) == 2 and wanted.country.isascii() and wanted.country.isalpha()
    ):
        faults["country"] = ["Use two letters, such as IE."]
    try:
        check_address(wanted.email)
    except AppError as error:
        faults["email"] = error.details["email"]
    if faults:
        raise ValidationError("Correct the marked fields.", faults)
