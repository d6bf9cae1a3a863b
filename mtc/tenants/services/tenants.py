"""Opening, changing and closing tenants."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.tenants import queries
from mtc.tenants.events import SecondFactorRequired
from mtc.tenants.hooks import SecondFactorRule
from mtc.tenants.models import TENANT_STATUSES, Tenant
from mtc.tenants.services.content_version import bump_content_version

# The name of the setting, in the tenant's `settings`.
REQUIRE_SECOND_FACTOR = "require_second_factor"
_SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$")
# Names that are, or may become, hosts of the platform itself.
RESERVED = frozenset(
    {"admin", "api", "app", "assets", "auth", "blog", "cdn", "dashboard", "docs", "ftp", "help", "localhost"}
    | {
        "login",
        "mail",
        "media",
        "platform",
        "s",
        "smtp",
        "static",
        "status",
        "store",
        "support",
        "test",
        "v1",
        "v2",
        "www",
    }
)


def check_slug(slug: str) -> str:
    """The slug, if it can be part of an address; raises ValidationError."""
    slug = slug.strip().lower()
    if not _SLUG.match(slug) or "--" in slug:
        message = _l("Use 3 to 63 small letters, digits and single hyphens, such as my-shop.")
        raise ValidationError(_l("This address cannot be used."), {"slug": [message]})
    if slug in RESERVED:
        raise ValidationError(
            _l("This address cannot be used."),
            {"slug": [_l("“%(slug)s” is reserved; choose another.", slug=slug)]},
        )
    return slug


def create_tenant(
    slug: str, name: str, *, plan: str = "free", settings: dict[str, Any] | None = None
) -> Tenant:
    """A new tenant; needs a platform scope. Raises ValidationError and ConflictError."""
    slug = check_slug(slug)
    name = scrub(name, multiline=False)
    if not 1 <= len(name) <= 200:
        raise ValidationError(_l("Give the tenant a name."), {"name": [_l("Use 1 to 200 characters.")]})
    tenant = Tenant(slug=slug, name=name, subdomain=slug, plan=plan, settings=settings or {}, branding={})
    tenant.updated_at = clock.now()
    try:
        with session.begin_nested():
            session.add(tenant)
    except IntegrityError:
        raise ConflictError(_l("This address is taken."), {"slug": [_l("Choose another address.")]}) from None
    return tenant


def set_status(tenant_id: UUID, status: str) -> Tenant:
    """Suspend, reopen or close a tenant; needs a platform scope. Data are kept."""
    if status not in TENANT_STATUSES:
        raise ValidationError(_l("Choose active, suspended or deleted."))
    tenant = queries.tenant_by_id(tenant_id)
    if tenant is None:
        raise NotFoundError(_l("There is no such tenant."))
    tenant.status = status
    session.flush()
    bump_content_version(tenant_id)
    return tenant


def set_branding(tenant_id: UUID, branding: dict[str, Any]) -> None:
    """Replace the tenant's branding (colours, logo, fonts)."""
    tenant = queries.tenant_by_id(tenant_id)
    if tenant is None:
        raise NotFoundError(_l("There is no such tenant."))
    tenant.branding = branding
    session.flush()
    bump_content_version(tenant_id)


def require_second_factor(tenant_id: UUID, required: bool) -> None:
    """Set whether the tenant's staff need a second factor; counts from their next request on."""
    tenant = queries.tenant_by_id(tenant_id)
    if tenant is None:
        raise NotFoundError(_l("There is no such tenant."))
    run_before("before_settings_second_factor", SecondFactorRule(required))
    tenant.settings = {**(tenant.settings or {}), REQUIRE_SECOND_FACTOR: required}
    tenant.updated_at = clock.now()
    session.flush()
    emit(SecondFactorRequired(required=required))


class TenantService:
    """The verbs of this domain under one name."""

    create = staticmethod(create_tenant)
    set_status = staticmethod(set_status)
    set_branding = staticmethod(set_branding)
