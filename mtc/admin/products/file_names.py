"""Names of files for sale that were typed in the product editor and are saved with the product."""

from __future__ import annotations

from uuid import UUID

from flask import request

from mtc.delivery.queries import files_of, variants_of_product
from mtc.delivery.services import files as service


def field_name(variant: UUID, file: UUID) -> str:
    """The name of the field in which the name of a variant's file is typed."""
    return f"rename-{variant}-{file}"


def save_names(product: UUID) -> None:
    """Give the files of a product the names that were typed; raises ValidationError."""
    if not any(field.startswith("rename-") for field in request.form):
        return
    files = files_of(variants_of_product(product))
    before = {file.id: file.filename for some in files.values() for file in some}
    for variant, some in files.items():
        for file in some:
            name = request.form.get(field_name(variant, file.id), "").strip()
            if name and name != before[file.id]:
                service.rename_file(variant, file.id, name)
