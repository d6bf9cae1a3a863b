"""Files for sale in the product editor: uploaded, replaced, ordered, named, taken off."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.product_form import show_product
from mtc.admin.shell import base
from mtc.catalog.queries import variants_of
from mtc.catalog.services import products
from mtc.catalog.services.uploads import StoredFile
from mtc.core.context import current
from mtc.core.db import release, unit_of_work
from mtc.core.errors import AppError, NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.delivery.queries import files_of
from mtc.delivery.services import files as service
from mtc.delivery.services.files import begin_upload, store_upload
from mtc.web.access import requires
from mtc.web.flash import flash
from mtc.web.pages import see_other
from mtc.web.uploads import size_of

MOST_AT_ONCE = 20
MOVES = {"up": -1, "down": 1}


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files")
@requires("products:write", uploads=True)
def add_files(tenant: str, product: UUID, variant: UUID) -> Response:
    """Add uploaded files to a variant, or one that another variant of the product has."""
    del tenant
    try:
        _check(product, variant)
        stored = [_stored(product, variant, one) for one in _uploaded("files")]
        _check(product, variant)
        for one in stored:
            service.add_file(variant, one)
        shared = request.form.get("existing", "")
        if shared:
            service.share_file(variant, _id(shared))
        if not stored and not shared:
            raise ValidationError("Choose a file first.")
    except AppError as error:
        return _refused(product, error)
    count = len(stored) or 1
    flash("The file was added." if count == 1 else f"{count} files were added.")
    return _back(product)


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files/<uuid:file>/replace")
@requires("products:write", uploads=True)
def replace_file(tenant: str, product: UUID, variant: UUID, file: UUID) -> Response:
    """Put an uploaded file in the place of one, for those who bought it too."""
    del tenant
    try:
        _check(product, variant, file)  # before a large upload is stored for nothing
        uploaded = _uploaded("files")
        if len(uploaded) != 1:
            raise ValidationError("Choose one file first.")
        stored = _stored(product, variant, uploaded[0])
        _check(product, variant)
        media = service.replace_file(variant, file, stored)
    except AppError as error:
        return _refused(product, error)
    flash(f"“{media.filename}” replaces it, for everybody who bought it too.")
    return _back(product)


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files/<uuid:file>")
@requires("products:write")
def change_file(tenant: str, product: UUID, variant: UUID, file: UUID) -> Response:
    """Move a file up or down, give it another name, or take it off the variant."""
    del tenant
    wanted = request.form.get("do", "")
    try:
        _check(product, variant)
        if wanted in MOVES:
            service.move_file(variant, file, MOVES[wanted])
            flash("The order of the files is changed.")
        elif wanted == "rename":
            media = service.rename_file(variant, file, request.form.get("name", ""))
            flash(f"The file is called “{media.filename}” now.")
        elif wanted == "remove":
            service.remove_file(variant, file)
            flash("The file was taken off. Who bought it keeps it.")
        else:
            raise ValidationError("Choose what to do with the file.")
    except AppError as error:
        return _refused(product, error)
    return _back(product)


def _uploaded(name: str) -> list[FileStorage]:
    chosen = [one for one in request.files.getlist(name) if one.filename]
    if len(chosen) > MOST_AT_ONCE:
        raise ValidationError(f"Send at most {MOST_AT_ONCE} files at a time.")
    return chosen


def _stored(product: UUID, variant: UUID, file: FileStorage) -> StoredFile:
    """Put an uploaded file into the storage, while no transaction is open."""
    tenant_id, size = current().tenant_id, size_of(file.stream)
    assert tenant_id is not None
    release()
    with tenant_scope(tenant_id), unit_of_work():
        _check(product, variant)
        key = begin_upload(variant, size, current_app.config["MTC"].tenant_files_mb)
    return store_upload(key, file.filename or "file", file.stream, size)


def _check(product: UUID, variant: UUID, file: UUID | None = None) -> None:
    """Raise NotFoundError unless the variant is one of the product, and the file one of the variant."""
    products.get(product)
    found = next((one for one in variants_of(product) if one.id == variant), None)
    if found is None:
        raise NotFoundError("There is no such variant.")
    if file is not None and file not in {one.id for one in files_of([found])[variant]}:
        raise NotFoundError("There is no such file.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is no such file.") from None


def _back(product: UUID) -> Response:
    return see_other(f"{base()}/products/{product}#files")


def _refused(product: UUID, error: AppError) -> Response:
    """Say what is wrong on the product's page; nothing was changed."""
    if error.status in (403, 404) or error.status >= 500:
        raise error
    details = next(iter(error.details.values()), None)
    sentences = details if isinstance(details, list) and details else [error.message]
    status = 422 if error.status == 400 else error.status
    return show_product(product, {"files": [str(one) for one in sentences]}, status)
