"""The editor after its files or pictures were changed: what was typed beside them is kept.

A script sends a change alone. Without one the browser sends the whole product form with it, which is shown
again as it was typed and not saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.admin.layout import base
from mtc.admin.products.form import ATTRIBUTES, details_of, show_product, show_typed
from mtc.admin.products.form_data import ProductFormData, typed_product
from mtc.catalog import queries
from mtc.core.errors import AppError
from mtc.core.i18n import Sentence
from mtc.web.forms import form_for
from mtc.web.forms.nested_values import read
from mtc.web.responses import see_other


def after_change(product: UUID, place: str, version: int | None = None) -> Response:
    """The editor at a place, after a change that may have raised the version that the product had."""
    return _as_typed(product, {}, 200, version) or see_other(f"{base()}/products/{product}#{place}")


def refused_change(product: UUID, place: str, error: AppError, status: int = 0) -> Response:
    """The editor with what is wrong at a place, by default with the error's status; nothing was changed.

    Raises the error again when the page itself cannot be shown.
    """
    if error.status in (403, 404) or error.status >= 500:
        raise error
    details = next(iter(error.details.values()), None)
    sentences = details if isinstance(details, list) and details else [error.message]
    errors: dict[str, list[Sentence]] = {place: [str(sentence) for sentence in sentences]}
    status = status or error.status
    return _as_typed(product, errors, status) or show_product(product, errors, status)


def _as_typed(
    product: UUID, errors: dict[str, list[Sentence]], status: int, version: int | None = None
) -> Response | None:
    """The editor with what was typed, or None when that is what is stored."""
    if "version" not in request.form:
        return None
    details = details_of(product)
    info = queries.type_book().get(details.product.product_type_id)
    assert info is not None
    typed = typed_product(request.form, details.product.currency)
    values = read(info.fields, request.form, ATTRIBUTES)
    stored = queries.attributes_of([product])[product]
    same_fields = _filled(info.fields.inspect(values).values) == _filled(stored)
    if same_fields and typed.repeats(ProductFormData.stored(details)):
        return None
    typed.errors, typed.unsaved = dict(errors), True
    if version is not None and typed.version == version:
        typed.version = details.product.version
    return show_typed(info, typed, form_for(info.fields, values, prefix=ATTRIBUTES), details, status)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", False, [], {})}
