"""Legal texts of a store: drafts from neutral templates, published when every placeholder is filled in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.hook_calls import run_before
from mtc.core.i18n import Sentence, _l, formats
from mtc.core.markdown import LONGEST, render_markdown
from mtc.core.paths import ROOT
from mtc.tenants import queries
from mtc.tenants.events import LegalPagePublished, LegalPageUnpublished
from mtc.tenants.hooks import LegalPageView
from mtc.tenants.models import LegalPage
from mtc.tenants.services.settings import change_settings
from mtc.tenants.services.store_lookup import StoreInfo

TEMPLATES = ROOT / "templates" / "legal"
FALLBACK = "en"
KINDS = {
    "terms": "Terms of sale",
    "privacy": "Privacy",
    "imprint": "Legal notice",
    "refunds": "Withdrawal and refunds",
}
# The key of a store's settings that repeats which texts are published, for pages that need no statement.
PUBLISHED = "legal"
LONGEST_TITLE = 120
_PLACEHOLDER = re.compile(r"\[([^\W\d_][^\[\]\n]{2,120})\](?!\()")


@dataclass(frozen=True, slots=True)
class LegalDraft:
    """A legal text as its editor shows it; `page` is None as long as only the template is there."""

    kind: str
    locale: str
    title: str
    body: str
    page: LegalPage | None = None

    @property
    def placeholders(self) -> list[str]:
        """Return the placeholders still to be filled in."""
        return placeholders(f"{self.title}\n{self.body}")

    @property
    def is_published(self) -> bool:
        """Return whether shoppers can read the text, in this version or an earlier one."""
        return self.page is not None and self.page.published_at is not None

    @property
    def has_changes(self) -> bool:
        """Return whether the draft differs from what shoppers read."""
        page = self.page
        return page is not None and (page.title, page.body) != (page.published_title, page.published_body)


def placeholders(text: str) -> list[str]:
    """The placeholders of a text, each once: words in square brackets that are no link."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text[:LONGEST])))


@cache
def template(kind: str, locale: str) -> tuple[str, str]:
    """(title, body) of the neutral text of a kind in the language, else in English."""
    file = TEMPLATES / f"{kind}.{locale.partition('-')[0].lower()}.md"
    if not file.exists():
        file = TEMPLATES / f"{kind}.{FALLBACK}.md"
    head, _, body = file.read_text(encoding="utf-8").partition("\n")
    return head.removeprefix("# ").strip(), body.strip() + "\n"


def locales_of(store: StoreInfo) -> tuple[str, ...]:
    """The languages of the store, its main one first."""
    return tuple(dict.fromkeys((store.locale, *store.locales)))


def find_draft(store: StoreInfo, kind: str, locale: str = "") -> LegalDraft:
    """The text as it is being edited, else its template. Raises NotFoundError (no such kind or language)."""
    _check(store, kind, locale)
    page_locale = locale or store.locale
    return _draft(kind, page_locale, queries.legal_page(store.tenant_id, store.id, kind, page_locale))


def list_drafts(store: StoreInfo) -> list[LegalDraft]:
    """Every kind in every language of the store; one statement."""
    rows = {(row.kind, row.locale): row for row in queries.legal_pages(store.tenant_id, store.id)}
    return [_draft(kind, locale, rows.get((kind, locale))) for kind in KINDS for locale in locales_of(store)]


def save_draft(store: StoreInfo, kind: str, title: str, body: str, locale: str = "") -> LegalDraft:
    """Keep the draft; what shoppers read stays until it is published. Raises ValidationError by field."""
    _check(store, kind, locale)
    title, body = scrub(title, multiline=False), scrub(body, multiline=True)
    errors: dict[str, list[Sentence]] = {}
    if not 1 <= len(title) <= LONGEST_TITLE:
        errors["title"] = [_l("Use 1 to %(most)s characters.", most=LONGEST_TITLE)]
    if not 1 <= len(body) <= LONGEST:
        errors["body"] = [_l("Write a text of at most %(most)s characters.", most=formats.number(LONGEST))]
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)
    page_locale = locale or store.locale
    page = queries.legal_page(store.tenant_id, store.id, kind, page_locale)
    if page is None:
        page = LegalPage(
            tenant_id=store.tenant_id,
            store_id=store.id,
            kind=kind,
            locale=page_locale,
            title=title,
            body=body,
        )
        session.add(page)
    page.title, page.body, page.updated_at = title, body, clock.now()
    session.flush()
    return _draft(kind, page_locale, page)


def publish(store: StoreInfo, kind: str, locale: str = "") -> LegalDraft:
    """Show the draft to shoppers. Raises ConflictError with the placeholders that are left."""
    draft = find_draft(store, kind, locale)
    if draft.page is None:
        raise ConflictError(_l("Save the text first, then publish it."))
    if draft.placeholders:
        listed = ", ".join(f"[{placeholder}]" for placeholder in draft.placeholders)
        sentence = f"Fill in what stands in square brackets first: {listed}"
        raise ConflictError(sentence, {"body": [sentence]})
    page = draft.page
    run_before("before_legal_page_publish", _view(store, draft))
    page.published_title, page.published_body = page.title, page.body
    page.published_at = page.updated_at = clock.now()
    session.flush()
    _repeat(store)
    emit(LegalPagePublished(entity_id=page.id, kind=kind, locale=draft.locale))
    return draft


def unpublish(store: StoreInfo, kind: str, locale: str = "") -> LegalDraft:
    """Take the text away from shoppers. Raises ConflictError for the terms of a store that is open."""
    draft = find_draft(store, kind, locale)
    if draft.page is None or draft.page.published_at is None:
        raise ConflictError(_l("This text is not published."))
    run_before("before_legal_page_unpublish", _view(store, draft))
    row = queries.store_for_change(store.tenant_id, store.id)
    if kind == "terms" and draft.locale == store.locale and row is not None and row.opened_at is not None:
        raise ConflictError(
            _l("An open store needs its terms. Close the store first, or publish a new version.")
        )
    page = draft.page
    page.published_title = page.published_body = ""
    page.published_at, page.updated_at = None, clock.now()
    session.flush()
    _repeat(store)
    emit(LegalPageUnpublished(entity_id=page.id, kind=kind, locale=draft.locale))
    return draft


def _view(store: StoreInfo, draft: LegalDraft) -> LegalPageView:
    return LegalPageView(store.id, draft.kind, draft.locale, draft.title, draft.body)


def published_page(store: StoreInfo, kind: str, locale: str = "") -> LegalPage | None:
    """The published text in this language, else in the store's own, else in any; None when there is none."""
    published = (store.settings.get(PUBLISHED) or {}).get(kind) or {}
    for candidate in (locale, store.locale, *published):
        if candidate in published:
            return queries.legal_page(store.tenant_id, store.id, kind, candidate)
    return None


def published_html(page: LegalPage) -> str:
    """Return the published text as clean HTML."""
    return render_markdown(page.published_body)


def legal_links(store: StoreInfo) -> list[dict[str, str]]:
    """Links to the published texts of a store, in the order of KINDS: {kind, label, url}; no statement."""
    published = (store.settings or {}).get(PUBLISHED) or {}
    links = []
    for kind in KINDS:
        texts = published.get(kind) or {}
        text = texts.get(store.locale) or next(iter(texts.values()), None)
        if text:
            links.append({"kind": kind, "label": str(text.get("title", "")), "url": f"/pages/{kind}"})
    return links


def _repeat(store: StoreInfo) -> None:
    """Write into the store's settings which texts are published, with what proves their wording."""
    published: dict[str, dict[str, Any]] = {}
    for page in queries.legal_pages(store.tenant_id, store.id):
        if page.published_at is not None:
            digest = hashlib.sha256(page.published_body.encode()).hexdigest()
            published.setdefault(page.kind, {})[page.locale] = {
                "title": page.published_title,
                "sha256": digest,
            }
    change_settings(store.tenant_id, store.id, {PUBLISHED: published or None})


def _draft(kind: str, locale: str, page: LegalPage | None) -> LegalDraft:
    title, body = (page.title, page.body) if page is not None else template(kind, locale)
    return LegalDraft(kind, locale, title, body, page)


def _check(store: StoreInfo, kind: str, locale: str) -> None:
    if kind not in KINDS or (locale and locale not in locales_of(store)):
        raise NotFoundError(_l("There is no such legal text."))
