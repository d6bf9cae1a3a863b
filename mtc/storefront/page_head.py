"""Elements that plugins add to the head of a page."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from mtc.pages.hooks import HeadData, HeadLink, HeadMeta, PageQuery
from mtc.plugins.services import ask_plugins, is_hooked

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def head_of(store_id: UUID, page: dict[str, Any]) -> dict[str, list[Any]]:
    """The elements by their kind: `meta`, `links`, and `data` as JSON that no element can end in."""
    head: dict[str, list[Any]] = {"meta": [], "links": [], "data": []}
    if not is_hooked("provide_head"):
        return head
    product = page.get("product")
    query = PageQuery(store_id, page["key"], page["path"], UUID(product.id) if product is not None else None)
    for some in ask_plugins("provide_head", query):
        head["meta"] += [part for part in some if isinstance(part, HeadMeta)]
        head["links"] += [part for part in some if isinstance(part, HeadLink)]
        head["data"] += [_json(part.data) for part in some if isinstance(part, HeadData)]
    return head


def _json(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, default=str)
    for sign, escaped in _UNSAFE.items():
        text = text.replace(sign, escaped)
    return text
