"""Files for sale of a variant: added, replaced, ordered, named, taken off.

A buyer's right refers to the file (`Media`), never to the variant: taking a file off a variant leaves what
was bought, replacing it gives all who bought it the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, BinaryIO, cast
from uuid import UUID

from mtc.catalog.events import VariantFilesChanged
from mtc.catalog.models import ProductVariant
from mtc.catalog.queries import product_details as products
from mtc.catalog.services.deliverable import require_last_file
from mtc.core.db import session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.delivery import queries
from mtc.delivery.hooks import FileChange
from mtc.media.models import Media
from mtc.media.services import uploads
from mtc.media.services.uploads import StoredFile
from mtc.plugins.services import run_before
from mtc.tasks.services import enqueue
from mtc.tenants.services import bump_content_version

MOST_FILES = 50


def begin_upload(variant_id: UUID, size: int, quota_mb: int = 0, filename: str = "") -> str:
    """The storage key for a file of so many bytes of a variant; commit before `store_upload`.

    Raises NotFoundError, ValidationError (empty, too many files), PayloadTooLargeError (no room), Reject.
    """
    _check_room(queries.files_of([lock(variant_id)])[variant_id])
    return uploads.reserve(size, quota_mb * 2**20, filename)


def store_upload(key: str, filename: str, stream: IO[bytes], size: int) -> StoredFile:
    """Copy the stream to its place in the storage; no transaction may be open."""
    return uploads.store(key, filename, cast(BinaryIO, stream), size)


def add_file(variant_id: UUID, stored: StoredFile) -> Media:
    """Put an uploaded file at the end of a variant's files.

    The same file under the same name is not added twice, so an upload may be repeated safely. Raises
    NotFoundError, ValidationError (too many files).
    """
    variant = lock(variant_id)
    files = queries.files_of([variant])[variant.id]
    same = next(
        (media for media in files if (media.sha256, media.filename) == (stored.sha256, stored.filename)), None
    )
    if same is not None:
        return same  # the object that was stored again is deleted by a task
    _check_room(files)
    media = uploads.keep(stored)
    _write(variant, [*files, media], "added", media)
    return media


def share_file(variant_id: UUID, media_id: UUID) -> Media:
    """Put a file of another variant of the same product at the end of this one's; raises NotFoundError."""
    variant = lock(variant_id)
    files = queries.files_of([variant])[variant.id]
    others = queries.files_of(queries.variants_of_product(variant.product_id))
    media = next((row for files in others.values() for row in files if row.id == media_id), None)
    if media is None:
        raise NotFoundError(_l("There is no such file."))
    if media_id not in {row.id for row in files}:
        _ask(variant, media, "shared")
        _check_room(files)
        _write(variant, [*files, media], "added", media)
    return media


def replace_file(variant_id: UUID, media_id: UUID, stored: StoredFile) -> Media:
    """Put another file in the place of this one, for buyers too; raises NotFoundError."""
    variant = lock(variant_id)
    media = _file(variant, media_id)
    if media.sha256 == stored.sha256:
        media.filename = stored.filename
    else:
        uploads.keep(stored, media)
    queries.rename_downloads(media.id, media.filename)
    _told(variant, "replaced", media)
    return media


def rename_file(variant_id: UUID, media_id: UUID, name: str) -> Media:
    """Give a file another name, for buyers too; raises NotFoundError, ValidationError."""
    variant = lock(variant_id)
    media = _file(variant, media_id)
    _ask(variant, media, "renamed")
    media.filename = uploads.clean_name(name)
    queries.rename_downloads(media.id, media.filename)
    _told(variant, "renamed", media)
    return media


def move_file(variant_id: UUID, media_id: UUID, places: int) -> Media:
    """Move a file so many places down (up when negative), at most to an end; raises NotFoundError."""
    variant = lock(variant_id)
    media = _file(variant, media_id)
    files = queries.files_of([variant])[variant.id]
    place = next(number for number, file in enumerate(files) if file.id == media_id)
    _ask(variant, media, "moved")
    files.insert(min(max(place + places, 0), len(files) - 1), files.pop(place))
    _write(variant, files, "moved", media)
    return media


def remove_file(variant_id: UUID, media_id: UUID) -> None:
    """Take a file off a variant; who has bought it keeps it.

    Raises NotFoundError, and ConflictError for the last file of what is on sale.
    """
    variant = lock(variant_id)
    media = _file(variant, media_id)
    rest = [file for file in queries.files_of([variant])[variant.id] if file.id != media_id]
    product = products.product(variant.product_id)
    assert product is not None
    if product.status == "active" and variant.is_active and not rest:
        require_last_file(variant, product.product_type_id, [])
    _ask(variant, media, "removed")
    _write(variant, rest, "removed", media)
    uploads.discard(media.storage_key)  # after a day, unless a variant, a download or an order needs it


def lock(variant_id: UUID) -> ProductVariant:
    """The variant, held against other changes until the transaction ends; raises NotFoundError."""
    variant = queries.lock_variant(variant_id)
    if variant is None:
        raise NotFoundError(_l("There is no such variant."))
    return variant


def _ask(variant: ProductVariant, media: Media, what: str) -> None:
    run_before("before_variant_files_change", FileChange(variant.id, media.id, media.filename, what))


def _check_room(files: Sequence[Media]) -> None:
    if len(files) >= MOST_FILES:
        sentence = _l("A variant has at most %(most)s files. Put some into an archive.", most=MOST_FILES)
        raise ValidationError(sentence, {"files": [sentence]})


def _file(variant: ProductVariant, media_id: UUID) -> Media:
    if str(media_id) not in (variant.delivery_data or {}).get("files", []):
        raise NotFoundError(_l("There is no such file."))
    rows = queries.media([media_id])
    if not rows:
        raise NotFoundError(_l("There is no such file."))
    return rows[0]


def _write(variant: ProductVariant, files: Sequence[Media], verb: str, media: Media) -> None:
    variant.delivery_data = {**(variant.delivery_data or {}), "files": [str(file.id) for file in files]}
    if verb == "added":
        uploads.spare(media.storage_key)
        ids = {"variant_id": str(variant.id), "media_id": str(media.id)}
        enqueue("delivery.share_added", ids)  # to those who have bought it already
    _told(variant, verb, media)


def _told(variant: ProductVariant, verb: str, media: Media) -> None:
    session.flush()
    emit(
        VariantFilesChanged(
            entity_id=variant.id, sku=variant.sku, file=media.filename, size=media.size, what=verb
        )
    )
    bump_content_version(variant.tenant_id)
