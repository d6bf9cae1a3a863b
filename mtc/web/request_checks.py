"""Checks of a request's address and form for text that no column of the database can hold."""

from __future__ import annotations

import re

from flask import request

from mtc.core.errors import ValidationError
from mtc.core.i18n import _l

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def check_address() -> None:
    """Refuse an address that no text column can hold, before anything is looked up with it."""
    check_texts([request.path, *request.args.keys(), *request.args.values()])


def check_form() -> None:
    """Refuse a form that no text column can hold; files are looked at by who takes them."""
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        check_texts(
            [*request.form.keys(), *(value for values in request.form.listvalues() for value in values)]
        )


def check_texts(parts: list[str]) -> None:
    """Raise ValidationError when one of the texts is none that a text column can hold."""
    for part in parts:
        if _NO_TEXT.search(part):
            raise ValidationError(_l("Some of the input is no valid text. Type it again."))
