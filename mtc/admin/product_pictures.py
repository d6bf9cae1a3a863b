"""Pictures of a product: added, put first, taken off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.product_form import show_product
from mtc.admin.shell import base
from mtc.catalog.services import media
from mtc.catalog.services import products as service
from mtc.core.errors import AppError, NotFoundError, ValidationError
from mtc.web.access import requires
from mtc.web.flash import flash
from mtc.web.pages import see_other

MOST = 12
FORMATS = {"image/png", "image/jpeg", "image/webp"}


@admin.post("/products/<uuid:product>/pictures")
@requires("products:write", uploads=True)
def add_pictures(tenant: str, product: UUID) -> Response:
    """Add uploaded pictures; the first one a product gets is its main picture."""
    del tenant
    found = service.get(product)
    all_pictures = [one for one in [found.image, *found.gallery] if one]
    files = [one for one in request.files.getlist("pictures") if one.filename]
    try:
        if not files:
            raise ValidationError("Choose a picture first.")
        if len(all_pictures) + len(files) > MOST:
            raise ValidationError(f"A product has at most {MOST} pictures.")
        alt = request.form.get("alt", "").strip()[:300] or found.name
        for file in files:
            data = file.stream.read(media.MAX_PICTURE + 1)
            row = media.save(file.filename or "picture", data, alt=alt)
            if row.content_type not in FORMATS:
                raise ValidationError("Use PNG, JPEG or WebP.")
            all_pictures.append(media.as_image(row))
    except AppError as error:
        return _refused(product, error)
    _keep(product, all_pictures)
    flash("The picture was added." if len(files) == 1 else f"{len(files)} pictures were added.")
    return _back(product)


@admin.post("/products/<uuid:product>/pictures/<int:number>")
@requires("products:write")
def change_picture(tenant: str, product: UUID, number: int) -> Response:
    """Put a picture first, or take it off the product; the file stays in the media library."""
    del tenant
    found = service.get(product)
    all_pictures = [one for one in [found.image, *found.gallery] if one]
    if number >= len(all_pictures):
        raise NotFoundError("This picture is gone. Load the page again.")
    chosen = all_pictures.pop(number)
    first = request.form.get("do") == "first"
    if first:
        all_pictures.insert(0, chosen)
    _keep(product, all_pictures)
    flash("This is the main picture now." if first else "The picture was taken off.")
    return _back(product)


def _keep(product: UUID, pictures: list[dict[str, Any]]) -> None:
    first, rest = (pictures[0], pictures[1:]) if pictures else ({}, [])
    service.update(product, {"image": first, "gallery": rest})


def _back(product: UUID) -> Response:
    return see_other(f"{base()}/products/{product}#pictures")


def _refused(product: UUID, error: AppError) -> Response:
    """Say what is wrong on the product's page; nothing was saved."""
    details = next(iter(error.details.values()), None)
    sentences = details if isinstance(details, list) and details else [error.message]
    return show_product(product, {"pictures": [str(one) for one in sentences]}, error.status)
