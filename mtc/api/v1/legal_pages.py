"""Legal texts: their drafts, and publishing them."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, MAYBE_MOMENT, TEXT, moment
from mtc.api.v1.settings import store
from mtc.core.i18n import _l
from mtc.core.markdown import LONGEST
from mtc.tenants.services import legal_pages
from mtc.tenants.services.legal_pages import KINDS, LONGEST_TITLE, LegalDraft
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

LEGAL_PAGE = always(
    kind={"type": "string", "enum": list(KINDS)}, locale=TEXT, title=TEXT, body=TEXT, published=FLAG,
    published_at=MAYBE_MOMENT, changed=FLAG, placeholders={"type": "array", "items": TEXT},
)  # fmt: skip
LOCALE = {
    "type": "string",
    "maxLength": 10,
    "description": "A language of the store; left out: its main one.",
}
DRAFT = closed(
    {
        "title": {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE},
        "body": {"type": "string", "minLength": 1, "maxLength": LONGEST, "description": "Markdown."},
        "locale": LOCALE,
    },
    required=("title", "body"),
)


@v1.get("/legal-pages")
@for_programs("settings:read")
@endpoint(always(items={"type": "array", "items": LEGAL_PAGE}))
def legal_drafts() -> Response:
    """Every legal text in every language of the store; one that nobody has written is its template."""
    return ok({"items": [_shape(draft) for draft in legal_pages.list_drafts(store())]})


@v1.get("/legal-pages/<kind>")
@for_programs("settings:read")
@endpoint(LEGAL_PAGE, query=closed({"locale": LOCALE}))
def legal_draft(kind: str, query: dict[str, Any]) -> Response:
    """The draft of a legal text."""
    return ok(_shape(legal_pages.find_draft(store(), kind, query.get("locale", ""))))


@v1.post("/legal-pages/<kind>")
@for_programs("settings:write", idempotent=True)
@endpoint(LEGAL_PAGE, body=DRAFT)
@audited(_l("Changed a legal text"))
def save_legal_draft(kind: str, body: dict[str, Any]) -> Response:
    """Save the draft of a legal text; what shoppers read stays."""
    title, text = body["title"], body["body"]
    return ok(_shape(legal_pages.save_draft(store(), kind, title, text, body.get("locale", ""))))


@v1.post("/legal-pages/<kind>/publish")
@for_programs("settings:write", idempotent=True)
@endpoint(LEGAL_PAGE, body=closed({"locale": LOCALE}))
@audited(_l("Published a legal text"))
def publish_legal_draft(kind: str, body: dict[str, Any]) -> Response:
    """Publish the draft; refused (409) as long as a placeholder is left in it."""
    return ok(_shape(legal_pages.publish(store(), kind, body.get("locale", ""))))


@v1.post("/legal-pages/<kind>/unpublish")
@for_programs("settings:write", idempotent=True)
@endpoint(LEGAL_PAGE, body=closed({"locale": LOCALE}))
@audited(_l("Took a legal text back"))
def unpublish_legal_page(kind: str, body: dict[str, Any]) -> Response:
    """Take a legal text away from shoppers; the terms of an open store stay (409)."""
    return ok(_shape(legal_pages.unpublish(store(), kind, body.get("locale", ""))))


def _shape(draft: LegalDraft) -> dict[str, Any]:
    page = draft.page
    return {
        "kind": draft.kind,
        "locale": draft.locale,
        "title": draft.title,
        "body": draft.body,
        "published": draft.is_published,
        "published_at": moment(page.published_at) if page is not None else None,
        "changed": draft.is_published and draft.has_changes,
        "placeholders": draft.placeholders,
    }
