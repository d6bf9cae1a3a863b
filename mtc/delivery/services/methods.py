"""The ways to deliver that a tenant has set up, and which one a line takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtc.core.configured import SecretsAmongSettings, TypeSettings, checked_name
from mtc.core.db import scope_tenant, session
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.template_engine import compile_template
from mtc.delivery import queries
from mtc.delivery.models import DeliveryMethod
from mtc.delivery.types import FALLBACK, kinds
from mtc.delivery.types.base import FirstMethod
from mtc.orders.models import OrderItem
from mtc.orders.services.reservations import is_sample

_TEXTS = ("subject", "intro")
SECRETS = SecretsAmongSettings("delivery_methods", "config")


@dataclass(frozen=True, slots=True)
class ResolvedMethod:
    """The delivery of a line: the kind, and the method with its settings where there is one."""

    kind: str
    method: DeliveryMethod | None
    config: Mapping[str, Any]


def save_method(
    type: str,
    slug: str,
    name: str,
    config: Mapping[str, Any] | None = None,
    template: Mapping[str, str] | None = None,
    *,
    is_active: bool = True,
) -> DeliveryMethod:
    """Make or change the method of that slug. Secrets are sealed; ones left empty stay as they are.

    `template` holds the merchant's own `subject` and `intro` of the mail, in the template language.
    Raises NotFoundError for an unknown kind, ValidationError, TemplateSourceError.
    """
    tenant_id = scope_tenant()
    made = kinds.get(type)
    name = checked_name(slug, name)
    method = queries.method_by_slug(slug)
    if method is None:
        method = DeliveryMethod(id=uuid7(), tenant_id=tenant_id, slug=slug, type=type, config={}, template={})
        session.add(method)
    elif method.type != type:
        raise ValidationError(
            _l("Another kind of delivery has this name."), {"slug": [_l("Choose another name.")]}
        )
    described = TypeSettings.of(made)
    stored_settings = {name: value for name, value in method.config.items() if name not in described.secrets}
    stored = SECRETS.read(method, described.secrets)
    settings, secrets = described.checked({**stored_settings, **(config or {})}, stored)
    method.config = {**settings, **SECRETS.sealed(method, secrets)}
    method.name, method.is_active = name, is_active
    method.template = {key: str((template or {}).get(key, ""))[:5000] for key in _TEXTS}
    for text in method.template.values():
        compile_template(text, html=False)
    session.flush()
    return method


def first_methods() -> dict[str, tuple[str, FirstMethod]]:
    """Return the methods of a new tenant: slug -> (kind, method)."""
    candidates = [(name, delivery_type.first_method) for name, delivery_type in kinds.items()]
    return {method.slug: (name, method) for name, method in candidates if method is not None}


def ensure_methods(slugs: Iterable[str] | None = None) -> None:
    """Make those of the first methods that the tenant lacks, or of these; what it has stays as it is."""
    first, existing = first_methods(), {method.slug for method in queries.methods()}
    for slug, (delivery_type, method) in first.items():
        if slug not in existing and (slugs is None or slug in slugs):
            save_method(delivery_type, slug, method.name, method.config)


def delivery_by(slug: str) -> dict[str, Any]:
    """The default delivery of a product type by the method of that slug, for its `delivery_data`.

    An empty slug leaves it to each product. Raises ValidationError.
    """
    if not slug:
        return {}
    method = next((row for row in queries.methods() if row.slug == slug and row.is_active), None)
    if method is None:
        raise ValidationError(
            _l("Choose another delivery."),
            {"delivery_method": [_l("Choose one of the store's ways to deliver.")]},
        )
    return {"method": slug, "instant": kinds.get(method.type).automatic}


def secrets_of(method: DeliveryMethod | None) -> dict[str, str]:
    """The sealed settings of a method in clear."""
    if method is None:
        return {}
    return SECRETS.read(method, TypeSettings.of(kinds.get(method.type)).secrets)


def way_of(item: OrderItem, methods: Sequence[DeliveryMethod]) -> ResolvedMethod:
    """Return how a line is delivered: by the method it names, else by what it is."""
    if is_sample([item]):
        return ResolvedMethod("sample", None, {})
    return resolve(item.snapshot.get("delivery") or {}, str(item.snapshot.get("source") or ""), methods)


def resolve(delivery: Mapping[str, Any], source: str, methods: Sequence[DeliveryMethod]) -> ResolvedMethod:
    """Return how something with these delivery data and this source of stock is delivered."""
    active = {method.slug: method for method in methods if method.is_active}
    method = active.get(str(delivery.get("method") or ""))
    type = method.type if method is not None else _kind(delivery, source)
    if method is None:
        method = next((row for row in active.values() if row.type == type), None)
    settings = FieldSet(kinds.get(type).settings)
    return ResolvedMethod(type, method, settings.clean(method.config if method is not None else {}))


def _kind(delivery: Mapping[str, Any], source: str) -> str:
    named = str(delivery.get("method") or "")
    delivery_type = kinds.find(named)
    if delivery_type is not None and not delivery_type.needs_method:
        return named
    return next(
        (name for name, delivery_type in kinds.items() if delivery_type.suits(delivery, source)), FALLBACK
    )
