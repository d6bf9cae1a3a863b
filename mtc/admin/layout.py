"""The frame around every page of a tenant's admin: navigation, who is logged in, what was said."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, make_response, render_template, request

from mtc.admin.navigation import navigation
from mtc.core import clock
from mtc.core.context import current
from mtc.core.i18n import retold
from mtc.core.local_time import offset, zone_of
from mtc.pages.services import Fetcher, SlotBoard, showing
from mtc.pages.services.plugin_slots import slot_widgets
from mtc.pages.services.slot_board import only_for
from mtc.pages.services.slot_list import ADMIN
from mtc.tenants.services import StoreInfo, first_store, store_url
from mtc.web.cookies import chosen_scheme
from mtc.web.flash import take_flash
from mtc.web.list_pages import answer

STORE = "mtc.admin.store"


def base() -> str:
    """The address of the running tenant's admin, inside the application."""
    return f"/admin/{g.member.tenant_slug}"


def store() -> StoreInfo:
    """The tenant's first store, read once per request."""
    if STORE not in request.environ:
        request.environ[STORE] = first_store(g.member.tenant_id)
    shop: StoreInfo = request.environ[STORE]
    return shop


def scheme() -> str:
    """light, dark, or empty for what the system prefers: the cookie that the switch writes."""
    return chosen_scheme()


def public_url() -> str:
    """The platform's address as people type it."""
    url: str = current_app.config["MTC"].public_url
    return url


def page(template: str, *, title: str, active: str = "", status: int = 200, **values: Any) -> Response:
    """A page in the frame. `values` are what its template needs; `crumbs` leads back."""
    shell = frame(title, active)
    with showing(_slots(shell)):
        return make_response(render_template(template, shell=shell, **values), status)


def _slots(shell: dict[str, Any]) -> SlotBoard:
    """The components of plugins that this person may see; `?slots=1` names the slots."""
    may = current().actor.may
    widgets = {
        name: [each for each in every if may(each.component.permission)]
        for name, every in only_for(slot_widgets(store()), ADMIN).items()
    }
    named = request.args.get("slots") == "1" and may("settings:read")
    page_facts = {"key": "admin", "path": request.path}
    context = {"shell": shell, "page": page_facts, "store": shell["store"]}
    return SlotBoard(widgets, context, Fetcher(page_facts, ADMIN), named=named)


def listing(template: str, part: str, **values: Any) -> Response:
    """A list in the frame, or its part; see `mtc.web.list_pages.answer`."""
    return answer(page, {"base": request.script_root + base()}, template, part, **values)


def frame(title: str, active: str) -> dict[str, Any]:
    """Return the values of the frame's template."""
    actor, member, shop = current().actor, g.member, store()
    root = request.script_root + base()
    return {
        "title": title,
        "base": root,
        "root": request.script_root,
        "tenant": {"name": member.tenant_name, "slug": member.tenant_slug, "status": member.tenant_status},
        "store": {
            "name": shop.name,
            "url": store_url(shop, public_url()) + "/" if shop.opened_at else root + "/store/preview",
            "currency": shop.currency,
            "open": shop.status == "open",
            "opened": shop.opened_at is not None,
            "timezone": zone_of(shop).key.replace("_", " "),
            "offset": offset(clock.now().astimezone(zone_of(shop))),
        },
        "user": {"name": actor.name or actor.email, "email": actor.email, "role": retold(member.role_name)},
        "groups": navigation.groups(active, tenant=member.tenant_slug),
        "may": actor.may,
        "visit": g.visit,
        "scheme": scheme(),
        "toasts": take_flash(),
    }
