"""Loading the demo stores through the same services that a merchant uses."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from mtc.catalog.queries import variants_of
from mtc.catalog.services import collections, product_types, products, stock_reservation
from mtc.catalog.services.starter_types import starter_type
from mtc.core import clock
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import session, unit_of_work
from mtc.core.sqlite import without_waiting_for_the_disk
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services import ensure_methods
from mtc.demo.history import History, load_history
from mtc.demo.welcome import PASSWORD, ROOT_EMAIL, ROOT_SECRET
from mtc.extensions import db
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.identity.services.totp import set_totp
from mtc.media.services import media
from mtc.pages.services.widgets import replace_widgets
from mtc.payments.services import ensure_test_gateway
from mtc.tenants.models import Store
from mtc.tenants.queries import stores_of
from mtc.tenants.services import bump_content_version, create_store, create_tenant, legal_pages, set_opened
from mtc.tenants.services.store_lookup import store_info
from mtc.tenants.services.tenants import set_branding

FOLDER = Path(__file__).resolve().parent
STORES = ("games", "studio", "software")
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass
class Loading:
    """One store on its way in: its folder and what has been made so far."""

    slug: str
    tenant_id: UUID
    store_id: UUID
    settings: dict[str, Any]
    media: dict[str, Any] = field(default_factory=dict)
    weights: dict[UUID, int] = field(default_factory=dict)

    def read(self, name: str) -> Any:
        """A data file of the store."""
        return json.loads((FOLDER / self.slug / name).read_text(encoding="utf-8"))

    def file(self, path: str) -> Any:
        """The Media row of a file of the folder, uploaded on first use."""
        if path not in self.media:
            source = FOLDER / self.slug / path
            private = path.startswith("files/")
            self.media[path] = media.save(source.name, source.read_bytes(), private=private, trusted=True)
        return self.media[path]

    def picture(self, path: str, alt: str = "") -> dict[str, Any]:
        """The picture of a file as products hold it."""
        return {**media.as_image(self.file(path)), "alt": alt}


def load_demo(orders: int) -> None:
    """Load all three stores, with so many past orders each, and a super admin into an empty database."""
    with without_waiting_for_the_disk(db.engine):
        with platform_scope("make the super admin of the demo"), unit_of_work():
            root = create_user(ROOT_EMAIL, "Robin Root", PASSWORD, is_super_admin=True)
            set_totp(root.id, ROOT_SECRET)
        for slug in STORES:
            load_store(slug, orders)


def load_store(slug: str, orders: int) -> None:
    """Load one store: tenant, staff, catalogue, pages and history."""
    about = json.loads((FOLDER / slug / "store.json").read_text(encoding="utf-8"))
    with platform_scope("make a demo tenant"), unit_of_work():
        tenant = create_tenant(about["tenant"]["slug"], about["tenant"]["name"], plan="pro")
        users = [
            (create_user(person["email"], person["name"], PASSWORD), person["role"])
            for person in about["staff"]
        ]
    with use(Context(tenant_id=tenant.id, actor=SYSTEM)):
        with tenant_scope(tenant.id), unit_of_work():
            loading = _open(tenant.id, about, users)
            _fill(loading, about)
        load_history(
            History(
                tenant.id,
                loading.store_id,
                about["store"]["currency"],
                loading.weights,
                slug,
                prefix=about["settings"]["order_prefix"],
            ),
            orders,
        )


def _open(tenant_id: UUID, about: Mapping[str, Any], users: list[Any]) -> Loading:
    create_default_roles(tenant_id)
    for user, role in users:
        add_member(tenant_id, user.id, role)
    facts = about["store"]
    store = create_store(
        tenant_id,
        facts["slug"],
        facts["name"],
        currency=facts["currency"],
        tagline=facts["tagline"],
        email=facts["email"],
        country=facts["country"],
        timezone=facts.get("timezone", ""),
        locale=facts["locale"],
        theme_slug=facts["theme"],
        mode="test",
    )
    ensure_test_gateway()
    ensure_methods()
    return Loading(facts["slug"], tenant_id, store.id, {})


def _fill(loading: Loading, about: Mapping[str, Any]) -> None:
    for product_type in loading.read("types.json"):  # the slug of a starter type, or a type of the demo's own
        product_types.create(
            starter_type(product_type).values() if isinstance(product_type, str) else product_type
        )
    for position, shelf in enumerate(loading.read("collections.json")):
        picture = loading.picture(shelf["image"], shelf["name"]) if shelf.get("image") else {}
        collections.create({**shelf, "image": picture, "position": position})
    for product in loading.read("products.json"):
        _product(loading, product, about["store"]["currency"])
    branding = about["branding"]
    names = [name for name in ("logo", "logo_dark", "favicon", "og_image") if name in branding]
    pictures = {name: media.url(loading.file(branding[name])) for name in names}
    set_branding(loading.tenant_id, {"colors": branding.get("colors", {}), **pictures})
    _settings(loading, about, pictures)
    for page, widgets in about["pages"].items():
        replace_widgets(loading.store_id, page, [_with_pictures(loading, widget) for widget in widgets])
    bump_content_version(loading.tenant_id)


def _settings(loading: Loading, about: Mapping[str, Any], pictures: Mapping[str, str]) -> None:
    texts = loading.read("pages.json")
    pages = [page for page in texts if page["slug"] not in legal_pages.KINDS]
    from_file = {**{k: about[k] for k in ("navigation", "footer")}, "pages": pages}
    row = session.get_one(Store, (loading.tenant_id, loading.store_id))
    row.settings = {**row.settings, **from_file, **pictures, **about.get("settings", {}), "is_demo": True}
    session.flush()
    store = store_info(stores_of(loading.tenant_id)[0])
    for text in texts:
        if text["slug"] in legal_pages.KINDS:
            legal_pages.save_draft(store, text["slug"], text["title"], text["text"])
            legal_pages.publish(store, text["slug"])
    set_opened(loading.tenant_id, loading.store_id, True)


def _product(loading: Loading, data: Mapping[str, Any], currency: str) -> None:
    name = data["name"]
    made = products.create(
        {
            **{k: data[k] for k in ("slug", "name", "type", "summary", "description", "attributes")},
            "collections": data["collections"],
            "currency": currency,
            "status": "active",
            "is_featured": bool(data.get("featured")),
            "badge": data.get("badge") or "",
            "image": loading.picture(data["image"], name),
            "gallery": [loading.picture(path, name) for path in data.get("gallery", [])],
            "published_at": clock.now() - timedelta(days=data["days_old"]),
            "variants": [_variant(loading, variant, n) for n, variant in enumerate(data["variants"])],
        }
    )
    made.created_at = made.published_at or made.created_at
    session.flush()
    for variant, variant_data in zip(variants_of(made.id), data["variants"], strict=True):
        if variant_data.get("keys"):
            stock_reservation.add_keys(
                variant.id, _keys(variant_data["sku"], variant_data["keys"]), batch="Opening stock"
            )
        if variant_data.get("keys") is None or variant_data["keys"] > 0:
            loading.weights[variant.id] = max(1, data.get("sales_weight", 1))


def _variant(loading: Loading, data: Mapping[str, Any], position: int) -> dict[str, Any]:
    files = [str(loading.file(path).id) for path in data.get("files") or []]
    downloads = {"method": "files", "files": files, "max_downloads": 5, "days": 30}
    return {
        **{k: data[k] for k in ("sku", "name", "options", "price")},
        "compare_at": data.get("compare_at"),
        "stock_source": "unlimited" if files else "pool",
        "low_at": 5,
        "delivery_data": downloads if files else {"method": "keys"},
        "position": position,
    }


def _keys(sku: str, count: int) -> str:
    """Keys that look like keys, the same in every demo."""
    source = random.Random(f"keys of {sku}")  # noqa: S311 - demo keys open nothing
    lines = ["-".join("".join(source.choices(_ALPHABET, k=5)) for _ in range(3)) for _ in range(count)]
    return "\n".join(lines)


def _with_pictures(loading: Loading, widget: Mapping[str, Any]) -> dict[str, Any]:
    """The widget with paths of the folder replaced by the ids of uploaded pictures."""

    def resolve(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("media/"):
            return str(loading.file(value).id)
        if isinstance(value, list):
            return [resolve(item) for item in value]
        return {k: resolve(v) for k, v in value.items()} if isinstance(value, dict) else value

    resolved: dict[str, Any] = resolve(dict(widget))
    return resolved
