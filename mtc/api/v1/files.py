"""Files for sale of a variant: listed, uploaded as a body, replaced, ordered, named, taken off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import ID, MAYBE_NUMBER, NUMBER, TEXT
from mtc.catalog.models import ProductVariant
from mtc.catalog.services import variants
from mtc.catalog.services.product_input import MOST_DAYS, MOST_DOWNLOADS
from mtc.core.context import current
from mtc.core.db import end_transaction, unit_of_work
from mtc.core.errors import NotFoundError, UnprocessableError
from mtc.core.i18n import _l
from mtc.core.tenancy import tenant_scope
from mtc.delivery.queries import files_of
from mtc.delivery.services import files as service
from mtc.delivery.types.file import DAYS, MAX_DOWNLOADS
from mtc.media.models import Media
from mtc.media.services.uploads import StoredFile, clean_name
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok
from mtc.web.uploads import parked_body, size_of

FILE = always(id=ID, name=TEXT, size=NUMBER, content_type=TEXT, sha256=TEXT)
FILES = always(
    variant_id=ID, files={"type": "array", "items": FILE}, max_downloads=MAYBE_NUMBER, days=MAYBE_NUMBER
)
_NAME: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
NAMED = closed({"name": {**_NAME, "description": "The name that buyers see; needed for a new file."}})
CHANGE = closed(
    {"name": _NAME, "place": {"type": "integer", "minimum": 1, "description": "In the list, from 1."}}
)


def _limit(most: int, name: str) -> dict[str, Any]:
    return {"type": ["integer", "null"], "minimum": 1, "maximum": most, "description": name}


TERMS = closed(
    {
        "max_downloads": _limit(MOST_DOWNLOADS, "Of each file; null: without limit."),
        "days": _limit(MOST_DAYS, "How long they can be fetched; null: for ever."),
    }
)


@v1.get("/variants/<uuid:variant>/files")
@for_programs("products:read")
@endpoint(FILES)
def files(variant: UUID) -> Response:
    """The files for sale of a variant in their order, and how often and how long buyers may fetch them."""
    return ok(_shape(variants.get(variant)))


@v1.patch("/variants/<uuid:variant>/files")
@for_programs("products:write", idempotent=True)
@endpoint(FILES, body=TERMS)
@audited(_l("Changed how often files may be downloaded"))
def change_terms(variant: UUID, body: dict[str, Any]) -> Response:
    """Change how often and how long files may be fetched by whoever buys them from now on."""
    row = variants.update(variant, body) if body else variants.get(variant)
    return ok(_shape(row))


@v1.post("/variants/<uuid:variant>/files")
@for_programs("products:write", uploads=True)
@endpoint(FILE, query=NAMED, status=201, file=True)
@audited(_l("Added files for sale to a product"))
def add_file(variant: UUID, query: dict[str, Any]) -> Response:
    """Add a file at the end, sent as the body; the same file under the same name is not added twice."""
    variants.get(variant)
    if "name" not in query:
        raise UnprocessableError("Correct the named fields.", {"name": ["This is needed."]})
    return ok(_file(service.add_file(variant, _stored(variant, query["name"]))), status=201)


@v1.put("/variants/<uuid:variant>/files/<uuid:file>")
@for_programs("products:write", uploads=True)
@endpoint(FILE, query=NAMED, file=True)
@audited(_l("Replaced a file for sale"))
def replace_file(variant: UUID, file: UUID, query: dict[str, Any]) -> Response:
    """Put the body in the place of a file, for those who bought it too; without a name it keeps its own."""
    name = query.get("name") or _known(variant, file).filename
    return ok(_file(service.replace_file(variant, file, _stored(variant, name))))


@v1.patch("/variants/<uuid:variant>/files/<uuid:file>")
@for_programs("products:write", idempotent=True)
@endpoint(FILES, body=CHANGE)
@audited(_l("Changed a product's files for sale"))
def change_file(variant: UUID, file: UUID, body: dict[str, Any]) -> Response:
    """Give a file another name or another place in the list."""
    _known(variant, file)
    if "name" in body:
        service.rename_file(variant, file, body["name"])
    if "place" in body:
        order = [file.id for file in _files(service.lock(variant))]
        service.move_file(variant, file, body["place"] - 1 - order.index(file))
    return ok(_shape(variants.get(variant)))


@v1.delete("/variants/<uuid:variant>/files/<uuid:file>")
@for_programs("products:write", idempotent=True)
@endpoint(FILES, body=closed({}))
@audited(_l("Changed a product's files for sale"))
def remove_file(variant: UUID, file: UUID, body: dict[str, Any]) -> Response:
    """Take a file off the variant; who has bought it keeps it. Refused for the last one on sale."""
    del body
    service.remove_file(variant, file)
    return ok(_shape(variants.get(variant)))


def _stored(variant: UUID, name: str) -> StoredFile:
    """Copy the body into the storage, while no transaction is open."""
    clean_name(name)  # before a large file is stored for nothing
    body, tenant_id = parked_body(), current().tenant_id
    assert tenant_id is not None
    end_transaction()
    with tenant_scope(tenant_id), unit_of_work():
        quota_mb = current_app.config["MTC"].tenant_files_mb
        key = service.begin_upload(variant, size_of(body), quota_mb, name)
    return service.store_upload(key, name, body, size_of(body))


def _known(variant: UUID, file: UUID) -> Media:
    """A file of the variant; raises NotFoundError."""
    row = next((row for row in _files(variants.get(variant)) if row.id == file), None)
    if row is None:
        raise NotFoundError("There is no such file.")
    return row


def _files(row: ProductVariant) -> list[Media]:
    return files_of([row])[row.id]


def _shape(row: ProductVariant) -> dict[str, Any]:
    delivery = row.delivery_data or {}
    return {
        "variant_id": str(row.id),
        "files": [_file(file) for file in _files(row)],
        "max_downloads": delivery.get("max_downloads", MAX_DOWNLOADS) or None,
        "days": delivery.get("days", DAYS) or None,
    }


def _file(media: Media) -> dict[str, Any]:
    return {
        "id": str(media.id),
        "name": media.filename,
        "size": media.size,
        "content_type": media.content_type,
        "sha256": media.sha256,
    }
