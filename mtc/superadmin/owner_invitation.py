"""The owner of a tenant that has none yet: inviting, sending the link again, taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.audit.services import annotate_audit
from mtc.core.context import current
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _, _l
from mtc.platform.services import invite, invite_again
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import page
from mtc.superadmin.tenants import find, show
from mtc.team.models import Invitation
from mtc.team.services import DAYS, PER_ADDRESS, revoke_of_owner, token_of
from mtc.tenants.models import Tenant
from mtc.tenants.queries import stores_of
from mtc.tenants.services import store_url
from mtc.tenants.services.store_lookup import store_info
from mtc.web.access import platform_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PER_PERSON = 40


@platform.post("/tenants/<slug>/owner")
@platform_only()
@audited(_l("Invited an owner"))
def invite_owner(slug: str) -> Response:
    """Invite the owner of a tenant that has none; the answer is the only page that shows the link."""
    tenant, email = find(slug), request.form.get("email", "").strip()[:300]
    annotate_audit(label=email, tenant_id=tenant.id)
    try:
        _limits(tenant, email)
        row = invite(tenant, current().actor, email)
    except (ValidationError, ConflictError) as error:
        if not error.details:  # somebody owns it or is invited, and so there is no form to show
            raise
        return show(tenant, email=email, errors=error.details, status=422)
    return show_link(tenant, row, title=_("The owner is invited"), status=201)


@platform.post("/tenants/<slug>/owner/<uuid:which>/resend")
@platform_only()
@audited(_l("Sent the owner's invitation again"), always=True)
def resend_to_owner(slug: str, which: UUID) -> Response:
    """Mail the owner another link and show it once; the one before ends."""
    tenant = find(slug)
    row = invite_again(tenant, current().actor, which)
    annotate_audit(label=row.email, tenant_id=tenant.id)
    _limits(tenant, row.email)
    return show_link(tenant, row, title=_("The invitation is sent again"))


@platform.post("/tenants/<slug>/owner/<uuid:which>/revoke")
@platform_only()
@audited(_l("Took the owner's invitation back"))
def revoke_owner(slug: str, which: UUID) -> WerkzeugResponse:
    """Take the owner's invitation back; its link is worth nothing from now on."""
    tenant = find(slug)
    row = revoke_of_owner(tenant.id, current().actor, which)
    annotate_audit(label=row.email, tenant_id=tenant.id)
    flash(_("The invitation of %(email)s is taken back; its link is worth nothing now.", email=row.email))
    return see_other(f"/platform/tenants/{tenant.slug}")


def show_link(tenant: Tenant, row: Invitation, *, title: str, status: int = 200) -> Response:
    """The page with the link, in case no mail leaves this installation: it is kept and shown nowhere else."""
    public_url: str = current_app.config["MTC"].public_url
    return page(
        "superadmin/invited.html",
        title=title,
        active="tenants",
        status=status,
        tenant={"slug": tenant.slug, "name": tenant.name},
        email=row.email,
        link=f"{public_url}/join/{token_of(row)}",
        days=DAYS,
        store_url=store_url(store_info(stores_of(tenant.id)[0]), public_url),
        crumbs=[
            {"label": _("Tenants"), "url": request.script_root + "/platform/tenants"},
            {"label": tenant.name, "url": f"{request.script_root}/platform/tenants/{tenant.slug}"},
            {"label": _("Invitation"), "url": ""},
        ],
    )


def _limits(tenant: Tenant, address: str) -> None:
    limit("platform:owner", str(current().actor.id), PER_PERSON, 3600)
    limit("team:invite:address", f"{tenant.id}:{address_key(address)}", PER_ADDRESS, 86_400)
