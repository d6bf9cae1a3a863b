"""Opening and changing stores, and the hosts that lead to them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.currencies import check_currency
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l, locale_tag
from mtc.core.i18n.catalogs import shipped
from mtc.core.i18n.locales import PSEUDO
from mtc.core.ids import token
from mtc.core.normalization import ascii_host
from mtc.core.tenancy import belongs_to_tenant
from mtc.core.timezones import find_timezone
from mtc.tenants import queries
from mtc.tenants.events import DomainAdded, StoreUpdated
from mtc.tenants.hooks import DomainDraft, StoreChange
from mtc.tenants.models import Domain, Store
from mtc.tenants.services.content_version import bump_content_version
from mtc.tenants.services.tenants import check_slug

_HOST = re.compile(r"^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$")
_EDITABLE = {"name", "tagline", "email", "country", "locale", "locales", "theme_slug", "status", "mode"}
_EDITABLE |= {"settings", "timezone"}
_ONE_LINE = {"name", "tagline"}


def create_store(tenant_id: UUID, slug: str, name: str, *, currency: str, **values: Any) -> Store:
    """A new store of the tenant. Raises ValidationError and ConflictError (the address is taken)."""
    check_currency(currency)
    _check_timezone(values)
    store = Store(
        tenant_id=tenant_id,
        slug=check_slug(slug),
        name=scrub(name, multiline=False),
        currency=currency,
        **values,
    )
    store.updated_at = clock.now()
    try:
        with session.begin_nested():
            session.add(store)
    except IntegrityError:
        raise ConflictError(_l("This address is taken."), {"slug": [_l("Choose another address.")]}) from None
    bump_content_version(tenant_id)
    return store


def update_store(tenant_id: UUID, store_id: UUID, **values: Any) -> Store:
    """Change a store's own data; raises NotFoundError, and ValidationError for what cannot be changed."""
    values = run_before("before_store_update", StoreChange(store_id, values)).changes
    unknown = set(values) - _EDITABLE
    if unknown:
        raise ValidationError(_l("%(list)s cannot be changed here.", list=", ".join(sorted(unknown))))
    store = session.scalars(select(Store).where(Store.id == store_id, Store.tenant_id == tenant_id)).first()
    if store is None:
        raise NotFoundError(_l("There is no such store."))
    for name in _ONE_LINE & set(values):
        values[name] = scrub(str(values[name] or ""), multiline=False)
    if not values.get("name", "a name"):
        raise ValidationError(_l("Give the store a name."), {"name": [_l("Give the store a name.")]})
    _check_timezone(values)
    _check_locales(store, values)
    for name, value in values.items():
        setattr(store, name, value)
    store.updated_at = clock.now()
    session.flush()
    bump_content_version(tenant_id)
    if belongs_to_tenant():
        emit(StoreUpdated(entity_id=store.id, name=store.name, changed=sorted(values)))
    return store


def _check_timezone(values: dict[str, Any]) -> None:
    """Put the zone's name as the database has it in place of what was typed; empty: that of the country."""
    if values.get("timezone"):
        name = find_timezone(str(values["timezone"]))
        if not name:
            sentence = _l("Choose a time zone from the list, such as Europe/Berlin.")
            raise ValidationError(sentence, {"timezone": [sentence]})
        values["timezone"] = name


def _check_locales(store: Store, values: dict[str, Any]) -> None:
    """Put the tags in their one spelling, each once, without the store's own language."""
    if "locales" not in values:
        return
    listed = [locale_tag(str(tag)) for tag in values["locales"]]
    if not set(listed) <= {*shipped(), PSEUDO, *store.locales, store.locale}:
        sentence = _l("Choose languages from the list.")
        raise ValidationError(sentence, {"locales": [sentence]})
    own = values.get("locale", store.locale)
    values["locales"] = [tag for tag in dict.fromkeys(listed) if tag != own]


def add_domain(
    tenant_id: UUID, store_id: UUID, host: str, *, verified: bool = False, primary: bool = False
) -> Domain:
    """Claim a host name for a store; it leads there once verified. Raises ValidationError, ConflictError."""
    name = host.strip().lower().rstrip(".")
    try:
        name = ascii_host(name)
    except UnicodeError:
        name = ""
    if not _HOST.match(name):
        raise ValidationError(_l("This is no host name."), {"host": [_l("Write it like shop.example.com.")]})
    run_before("before_domain_add", DomainDraft(store_id, name))
    if primary:
        _demote_others(tenant_id, store_id)
    domain = Domain(tenant_id=tenant_id, store_id=store_id, host=name, is_primary=primary, token=token(16))
    domain.verified_at = clock.now() if verified else None
    try:
        with session.begin_nested():
            session.add(domain)
    except IntegrityError:
        raise ConflictError(
            _l("This host name is in use."), {"host": [_l("It leads to a store already.")]}
        ) from None
    bump_content_version(tenant_id)
    if belongs_to_tenant():
        emit(DomainAdded(entity_id=domain.id, host=name))
    return domain


def set_primary_domain(tenant_id: UUID, store_id: UUID, host: str) -> Domain:
    """Make a verified domain of the store the one that its other hosts are redirected to.

    Raises NotFoundError, and ConflictError while the domain is not verified.
    """
    domain = queries.domain_of_store(tenant_id, store_id, host)
    if domain is None:
        raise NotFoundError(_l("This domain does not lead to this store."))
    if domain.verified_at is None:
        raise ConflictError(
            _l("Verify the domain first."), {"host": [_l("It does not lead to the store yet.")]}
        )
    _demote_others(tenant_id, store_id)
    domain.is_primary = True
    session.flush()
    bump_content_version(tenant_id)
    return domain


def _demote_others(tenant_id: UUID, store_id: UUID) -> None:
    """One primary domain a store: of two, which one a visitor is sent to would be chance."""
    session.flush()
    session.execute(
        update(Domain)
        .where(Domain.tenant_id == tenant_id, Domain.store_id == store_id, Domain.is_primary.is_(True))
        .values(is_primary=False)
    )
