"""Opening a tenant with all that it needs to sell: store, roles, a way to pay; its owner is invited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from mtc.catalog.services.starter_types import DEFAULT_STARTER_TYPES, starter_types
from mtc.checkout.services.countries import COUNTRIES
from mtc.core.context import SYSTEM, Actor, Context, acting, use
from mtc.core.db import commit_batch, unit_of_work
from mtc.core.errors import AppError, ValidationError
from mtc.core.i18n import Sentence, _l, retold
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import ensure_methods, install_starter_types
from mtc.emails.services.outbox import check_address
from mtc.identity.services import DEFAULT_ROLES, create_default_roles
from mtc.identity.services.roles import OWNER
from mtc.pages.services.appearance import system_themes
from mtc.pages.services.manifest_sync import DEFAULT_THEME
from mtc.payments.services import ensure_test_gateway, takes_test_payments
from mtc.team.models import Invitation
from mtc.team.services import invite_owner, post_invitation, send_to_owner_again
from mtc.tenants.models import Tenant
from mtc.tenants.queries import stores_of
from mtc.tenants.services import create_store, create_tenant
from mtc.tenants.services.store_lookup import store_info

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "JPY", "INR")


@dataclass(frozen=True, slots=True)
class NewTenant:
    """Tenant to open; `slug` becomes the store's address, `email` is the owner's and the store's.

    `starter_types` are the product types that the store begins with, by slug.
    """

    slug: str
    name: str
    email: str
    currency: str
    theme: str
    country: str = ""
    starter_types: tuple[str, ...] = DEFAULT_STARTER_TYPES


def open_tenant(new_tenant: NewTenant, actor: Actor) -> tuple[Tenant, Invitation]:
    """Make a tenant, its store and the default roles, and invite its owner; needs a platform scope.

    The store is closed until its owner opens it.

    Raises ValidationError and ConflictError with the fields at fault; then nothing is written. What can
    be refused comes first and is committed; the tenant's own rows follow in the tenant's own scope.
    """
    new_tenant = _check(new_tenant)
    tenant = create_tenant(new_tenant.slug, new_tenant.name)
    create_store(
        tenant.id,
        tenant.slug,
        new_tenant.name,
        currency=new_tenant.currency,
        email=new_tenant.email,
        country=new_tenant.country,
        theme_slug=new_tenant.theme,
        status="open",
    )
    create_default_roles(tenant.id)
    invitation = invite(tenant, actor, new_tenant.email)
    commit_batch()
    with use(Context(tenant_id=tenant.id, actor=SYSTEM)), tenant_scope(tenant.id), unit_of_work():
        if takes_test_payments():
            ensure_test_gateway()
        ensure_methods()
        install_starter_types(new_tenant.starter_types)
    return tenant, invitation


def invite(tenant: Tenant, actor: Actor, email: str) -> Invitation:
    """Invite the owner of a tenant that has none, by mail; raises as `invite_owner`."""
    with acting(tenant_id=tenant.id):
        return _posted(tenant, invite_owner(tenant.id, actor, email))


def invite_again(tenant: Tenant, actor: Actor, invitation_id: UUID) -> Invitation:
    """Mail another link and end the older one; raises as `send_to_owner_again`."""
    with acting(tenant_id=tenant.id):
        return _posted(tenant, send_to_owner_again(tenant.id, actor, invitation_id))


def _posted(tenant: Tenant, row: Invitation) -> Invitation:
    # The store has no look of its own yet and its address is the owner's: the mail is the platform's.
    shop = store_info(stores_of(tenant.id)[0])
    post_invitation(row, retold(DEFAULT_ROLES[OWNER][0]), shop, look={}, sender="")
    return row


def _check(new_tenant: NewTenant) -> NewTenant:
    faults: dict[str, list[Sentence]] = {}
    if not 1 <= len(new_tenant.name) <= 200:
        faults["name"] = [_l("Use 1 to 200 characters.")]
    if new_tenant.theme != DEFAULT_THEME and new_tenant.theme not in system_themes():
        faults["theme"] = [_l("Choose one of the themes.")]
    if new_tenant.currency not in CURRENCIES:
        faults["currency"] = [_l("Choose one of the currencies.")]
    if not new_tenant.slug:
        faults["slug"] = [_l("Choose an address, such as the name of the store in small letters.")]
    if new_tenant.country and new_tenant.country not in COUNTRIES:
        faults["country"] = [_l("Choose a country from the list.")]
    if not set(new_tenant.starter_types) <= {starter_type.slug for starter_type in starter_types()}:
        faults["starter_types"] = [_l("Choose from the list.")]
    try:
        new_tenant = replace(new_tenant, email=check_address(new_tenant.email))
    except AppError as error:
        faults["email"] = error.details["email"]
    if faults:
        raise ValidationError(_l("Correct the marked fields."), faults)
    return new_tenant
