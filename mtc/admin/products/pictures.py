"""Pictures of a product: added, put first, taken off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.media.uploads import stored_picture
from mtc.admin.products.unsaved_input import after_change, refused_change
from mtc.catalog.models import Product
from mtc.catalog.services import products as service
from mtc.core.errors import AppError, NotFoundError, ValidationError
from mtc.core.i18n import _, _l, ngettext
from mtc.media.services import media
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash

MOST = 12


@admin.post("/products/<uuid:product>/pictures")
@requires("products:write", uploads=True)
@audited(_l("Added pictures to a product"))
def add_pictures(tenant: str, product: UUID) -> Response:
    """Add uploaded pictures; the first one a product gets is its main picture."""
    del tenant
    files = [file for file in request.files.getlist("pictures") if file.filename]
    try:
        _pictures(product, more=len(files))  # before anything is read and stored for nothing
        if not files:
            raise ValidationError(_l("Choose a picture first."))
        stored = [stored_picture(file) for file in files]
        row, all_pictures = _pictures(product, more=len(files))
        version = row.version
        alt = request.form.get("alt", "").strip()[:300] or row.name
        all_pictures += [media.as_image(media.keep(upload, alt)) for upload in stored]
    except AppError as error:
        return refused_change(product, "pictures", error)
    _keep(product, all_pictures)
    flash(ngettext("The picture was added.", "%(num)s pictures were added.", len(files)))
    return after_change(product, "pictures", version)


@admin.post("/products/<uuid:product>/pictures/<int:number>")
@requires("products:write")
@audited(_l("Changed a product's picture"))
def change_picture(tenant: str, product: UUID, number: int) -> Response:
    """Put a picture first, or take it off the product; the file stays in the media library."""
    del tenant
    row, all_pictures = _pictures(product)
    version = row.version
    if number >= len(all_pictures):
        raise NotFoundError(_l("This picture is gone. Load the page again."))
    chosen = all_pictures.pop(number)
    first = request.form.get("do") == "first"
    if first:
        all_pictures.insert(0, chosen)
    _keep(product, all_pictures)
    flash(_("This is the main picture now.") if first else _("The picture was taken off."))
    return after_change(product, "pictures", version)


def _pictures(product: UUID, more: int = 0) -> tuple[Product, list[dict[str, Any]]]:
    """A product and its pictures; raises ValidationError when there is no room for `more`."""
    row = service.get(product)
    pictures = [picture for picture in [row.image, *row.gallery] if picture]
    if more and len(pictures) + more > MOST:
        raise ValidationError(_l("A product has at most %(most)s pictures.", most=MOST))
    return row, pictures


def _keep(product: UUID, pictures: list[dict[str, Any]]) -> None:
    first, rest = (pictures[0], pictures[1:]) if pictures else ({}, [])
    service.update(product, {"image": first, "gallery": rest})
