"""A product is on sale only while each of its active variants can be delivered."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from mtc.catalog.models import ProductVariant
from mtc.catalog.queries import variants as queries
from mtc.catalog.queries.types import product_type
from mtc.catalog.registry import DeliveryFacts, DeliveryProblem, delivery_problems
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _l


def problems_of(product_type_id: UUID, variants: Iterable[ProductVariant]) -> list[DeliveryProblem]:
    """Return why active ones of these variants of a product cannot be delivered."""
    info = product_type(product_type_id)
    by_type = dict(info.delivery_data or {}) if info is not None else {}
    facts = [
        DeliveryFacts(row.id, row.name or row.sku, row.stock_source, {**by_type, **(row.delivery_data or {})})
        for row in variants
        if row.is_active
    ]
    return delivery_problems(facts) if facts else []


def require_deliverable(product_id: UUID, product_type_id: UUID) -> None:
    """Raise ValidationError, with a sentence for each variant, unless all active ones can be delivered."""
    problems = problems_of(product_type_id, queries.variants_of(product_id))
    if problems:
        sentences = [problem.sentence for problem in problems]
        raise ValidationError(_l("This product cannot be delivered yet."), {problems[0].place: sentences})


def require_last_file(row: ProductVariant, product_type_id: UUID, rest: list[str]) -> None:
    """Raise ConflictError when an active variant that is on sale could not be delivered with these files."""
    delivery = {**(row.delivery_data or {}), "files": rest}
    trial = ProductVariant(
        id=row.id, name=row.name, sku=row.sku, is_active=True, stock_source=row.stock_source,
        delivery_data=delivery,
    )  # fmt: skip
    if problems_of(product_type_id, [trial]):
        raise ConflictError(
            _l(
                "This is the last file of “%(name)s”, which is on sale. Replace the file, or take the"
                " product off"
                " sale first.",
                name=row.name or row.sku,
            )
        )
