"""Descriptions of products: plain text or Markdown, kept as it was written beside its HTML; HTML as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mtc.core.fields import canonical
from mtc.core.fields.formats import scrub
from mtc.core.markdown import LONGEST, render_markdown

SOURCE = "description_source"
_BLOCK = re.compile(
    r"</?(?:p|div|ul|ol|li|dl|h[1-6]|hr|blockquote|pre|table|section|article|figure)(?=[\s/>])", re.IGNORECASE
)


def render(text: str) -> str:
    """The clean HTML of a description; one that has paragraphs or lists in HTML is not read as Markdown."""
    text = text[:LONGEST]
    return (canonical("richtext", text) or "") if _BLOCK.search(text) else render_markdown(text)


def keep_source(columns: dict[str, Any], values: Mapping[str, Any], stored: Mapping[str, Any] | None) -> None:
    """Set the HTML, and in `meta` what it was made from; `known` is the meta that the product has."""
    if "description" not in values and "meta" not in values:
        return
    meta = dict(columns.get("meta", stored) or {})
    source = str((stored or {}).get(SOURCE, ""))
    if "description" in values:
        source = scrub(str(values["description"] or "")[:LONGEST], multiline=True)
        columns["description"] = render(source)
    meta.pop(SOURCE, None)
    if source and not _BLOCK.search(source):
        meta[SOURCE] = source
    columns["meta"] = meta


def to_edit(html: str, meta: Mapping[str, Any] | None) -> str:
    """Return the text for editing: the source of the HTML, or the HTML when it has no source."""
    source = str((meta or {}).get(SOURCE, ""))
    return source if source and render(source) == html else html
