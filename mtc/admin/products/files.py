"""Files for sale in the product editor: uploaded, replaced, ordered, named, taken off."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.products.file_names import field_name
from mtc.admin.products.unsaved_input import after_change, refused_change
from mtc.catalog.queries import variants_of
from mtc.catalog.services import products
from mtc.core.context import current
from mtc.core.db import end_transaction, unit_of_work
from mtc.core.errors import AppError, NotFoundError, ValidationError
from mtc.core.i18n import _, _l, ngettext
from mtc.core.tenancy import tenant_scope
from mtc.delivery.queries import files_of
from mtc.delivery.services import files as service
from mtc.delivery.services.files import begin_upload, store_upload
from mtc.media.services.uploads import StoredFile
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.uploads import size_of

MOST_AT_ONCE = 20
MOVES = {"up": -1, "down": 1}


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files")
@requires("products:write", uploads=True)
@audited(_l("Added files for sale to a product"))
def add_files(tenant: str, product: UUID, variant: UUID) -> Response:
    """Add uploaded files to a variant, or one that another variant of the product has."""
    del tenant
    try:
        ids_before = _check(product, variant)
        stored = [_stored(product, variant, upload) for upload in _uploaded("files", f"files-{variant}")]
        _check(product, variant)
        added = {service.add_file(variant, media).id for media in stored}
        shared = request.form.get(f"existing-{variant}", "") if request.form.get("do") == "share" else ""
        if shared:
            added.add(service.share_file(variant, _id(shared)).id)
        if not stored and not shared:
            raise ValidationError(_l("Choose a file first."))
    except AppError as error:
        return _refused(product, error)
    _say_added(len(added - ids_before))
    return after_change(product, "files")


def _say_added(count: int) -> None:
    """Say how many were added, with those of the same choice that a script sent before in other requests."""
    before = request.form.get("sent_before", "")
    count += int(before) if before.isascii() and before.isdecimal() and len(before) < 4 else 0
    if not count:
        flash(_("The variant has this file already; nothing was added."), "info")
    else:
        flash(ngettext("The file was added.", "%(num)s files were added.", count))


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files/<uuid:file>/replace")
@requires("products:write", uploads=True)
@audited(_l("Replaced a file for sale"))
def replace_file(tenant: str, product: UUID, variant: UUID, file: UUID) -> Response:
    """Put an uploaded file in the place of one, for those who bought it too."""
    del tenant
    try:
        _check(product, variant, file)  # before a large upload is stored for nothing
        uploaded = _uploaded("files", f"replace-{variant}-{file}")
        if len(uploaded) != 1:
            raise ValidationError(_l("Choose one file first."))
        stored = _stored(product, variant, uploaded[0])
        _check(product, variant)
        media = service.replace_file(variant, file, stored)
    except AppError as error:
        return _refused(product, error)
    flash(_("“%(file)s” replaces it, for everybody who bought it too.", file=media.filename))
    return after_change(product, "files")


@admin.post("/products/<uuid:product>/variants/<uuid:variant>/files/<uuid:file>")
@requires("products:write")
@audited(_l("Changed a product's files for sale"))
def change_file(tenant: str, product: UUID, variant: UUID, file: UUID) -> Response:
    """Move a file up or down, give it another name, or take it off the variant."""
    del tenant
    action = request.form.get("do", "")
    try:
        _check(product, variant)
        if action in MOVES:
            service.move_file(variant, file, MOVES[action])
            flash(_("The order of the files is changed."))
        elif action == "rename":
            typed = request.form.get(field_name(variant, file), "")
            media = service.rename_file(variant, file, typed)
            flash(_("The file is called “%(file)s” now.", file=media.filename))
        elif action == "remove":
            service.remove_file(variant, file)
            flash(_("The file was taken off. Who bought it keeps it."))
        else:
            raise ValidationError(_l("Choose what to do with the file."))
    except AppError as error:
        return _refused(product, error)
    return after_change(product, "files")


def _uploaded(*names: str) -> list[FileStorage]:
    """Return the files that were chosen in one of these fields."""
    chosen = [upload for name in names for upload in request.files.getlist(name) if upload.filename]
    if len(chosen) > MOST_AT_ONCE:
        raise ValidationError(_l("Send at most %(most)s files at a time.", most=MOST_AT_ONCE))
    return chosen


def _stored(product: UUID, variant: UUID, file: FileStorage) -> StoredFile:
    """Put an uploaded file into the storage, while no transaction is open."""
    tenant_id, size = current().tenant_id, size_of(file.stream)
    assert tenant_id is not None
    end_transaction()
    with tenant_scope(tenant_id), unit_of_work():
        _check(product, variant)
        quota_mb = current_app.config["MTC"].tenant_files_mb
        key = begin_upload(variant, size, quota_mb, file.filename or "file")
    return store_upload(key, file.filename or "file", file.stream, size)


def _check(product: UUID, variant: UUID, file: UUID | None = None) -> set[UUID]:
    """The files of the variant; raises NotFoundError unless it is one of the product and has the file."""
    products.get(product)
    row = next((candidate for candidate in variants_of(product) if candidate.id == variant), None)
    if row is None:
        raise NotFoundError(_l("There is no such variant."))
    ids = {file.id for file in files_of([row])[variant]}
    if file is not None and file not in ids:
        raise NotFoundError(_l("There is no such file."))
    return ids


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(_l("There is no such file.")) from None


def _refused(product: UUID, error: AppError) -> Response:
    return refused_change(product, "files", error, 422 if error.status == 400 else error.status)
