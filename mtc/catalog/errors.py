"""Errors of the catalogue alone."""

from __future__ import annotations

from uuid import UUID

from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _l, lazy_ngettext


class SoldOutError(ConflictError):
    """Fewer keys are left than were asked for; `details` has variant_id and available (409)."""

    code = "sold_out"

    def __init__(self, variant_id: UUID, available: int) -> None:
        message = (
            _l("This item is sold out. Remove it from your cart to go on.")
            if available == 0
            else lazy_ngettext(
                "Only %(num)s of this item is left. Lower the quantity to go on.",
                "Only %(num)s of this item are left. Lower the quantity to go on.",
                available,
            )
        )
        super().__init__(message, {"variant_id": str(variant_id), "available": available})
        self.variant_id = variant_id
        self.available = available


class TooManyVariantsError(ValidationError):
    """More variants than a product may have; nothing was changed (422)."""

    status = 422
    code = "too_many_variants"
