"""Uploaded pictures on their way into the storage: read and stored while no transaction is open."""

from __future__ import annotations

from flask import current_app
from werkzeug.datastructures import FileStorage

from mtc.core.context import current
from mtc.core.db import end_transaction, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.media.services import media
from mtc.media.services.media import NewPicture


def stored_picture(file: FileStorage) -> NewPicture:
    """Clean an uploaded picture and store it; `media.keep` refers to it then.

    Ends the running transaction: look at what may have changed meanwhile. Raises ValidationError,
    PayloadTooLargeError (10 MB, the tenant's space) and UnavailableError.
    """
    tenant_id = current().tenant_id
    assert tenant_id is not None
    end_transaction()
    file.stream.seek(0)  # a plugin may have been asked in between, and the request begun anew
    picture = media.clean(file.stream.read(media.MAX_PICTURE + 1))
    quota = current_app.config["MTC"].tenant_files_mb * 2**20
    with tenant_scope(tenant_id), unit_of_work():
        new = media.reserve(file.filename or "picture", picture, quota)
    media.store(new)
    return new
