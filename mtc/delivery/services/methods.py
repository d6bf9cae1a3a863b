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
    """How a line is delivered: the kind, and the method with its settings where there is one."""

    kind: str
    method: DeliveryMethod | None
    config: Mapping[str, Any]


def save_method(
    kind: str,
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
    made = kinds.get(kind)
    name = checked_name(slug, name)
    method = queries.method_by_slug(slug)
    if method is None:
        method = DeliveryMethod(id=uuid7(), tenant_id=tenant_id, slug=slug, type=kind, config={}, template={})
        session.add(method)
    elif method.type != kind:
        raise ValidationError(
            _l("Another kind of delivery has this name."), {"slug": [_l("Choose another name.")]}
        )
    described = TypeSettings.of(made)
    known = {name: value for name, value in method.config.items() if name not in described.secrets}
    stored = SECRETS.read(method, described.secrets)
    settings, secrets = described.checked({**known, **(config or {})}, stored)
    method.config = {**settings, **SECRETS.sealed(method, secrets)}
    method.name, method.is_active = name, is_active
    method.template = {key: str((template or {}).get(key, ""))[:5000] for key in _TEXTS}
    for text in method.template.values():
        compile_template(text, html=False)
    session.flush()
    return method


def first_methods() -> dict[str, tuple[str, FirstMethod]]:
    """What a tenant begins with: slug -> (kind, method)."""
    known = [(name, kind.first_method) for name, kind in kinds.items()]
    return {method.slug: (name, method) for name, method in known if method is not None}


def ensure_methods(slugs: Iterable[str] | None = None) -> None:
    """Make those of the first methods that the tenant lacks, or of these; what it has stays as it is."""
    first, known = first_methods(), {method.slug for method in queries.methods()}
    for slug, (kind, method) in first.items():
        if slug not in known and (slugs is None or slug in slugs):
            save_method(kind, slug, method.name, method.config)


def delivery_by(slug: str) -> dict[str, Any]:
    """The default delivery of a product type by the method of that slug, for its `delivery_data`.

    An empty slug leaves it to each product. Raises ValidationError.
    """
    if not slug:
        return {}
    method = next((one for one in queries.methods() if one.slug == slug and one.is_active), None)
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
    """How a line is delivered: by the method it names, else by what it is."""
    if is_sample([item]):
        return ResolvedMethod("sample", None, {})
    return resolve(item.snapshot.get("delivery") or {}, str(item.snapshot.get("source") or ""), methods)


def resolve(delivery: Mapping[str, Any], source: str, methods: Sequence[DeliveryMethod]) -> ResolvedMethod:
    """How something with these delivery data and this source of stock is delivered."""
    known = {method.slug: method for method in methods if method.is_active}
    method = known.get(str(delivery.get("method") or ""))
    kind = method.type if method is not None else _kind(delivery, source)
    if method is None:
        method = next((one for one in known.values() if one.type == kind), None)
    settings = FieldSet(kinds.get(kind).settings)
    return ResolvedMethod(kind, method, settings.clean(method.config if method is not None else {}))


def _kind(delivery: Mapping[str, Any], source: str) -> str:
    named = str(delivery.get("method") or "")
    kind = kinds.find(named)
    if kind is not None and not kind.needs_method:
        return named
    return next((name for name, one in kinds.items() if one.suits(delivery, source)), FALLBACK)
