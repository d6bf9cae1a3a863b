"""Hooks for plugins before a store, its look or its legal texts change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class StoreChange:
    """A store about to change; `changes` are its own values that are given, such as `name` or `country`."""

    store_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class MenuChange:
    """Menus, footer or announcement of a store about to change; `changes` are the parts that are given."""

    store_id: UUID
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrandingChange:
    """Colours and pictures of a tenant's stores about to change; None takes one away."""

    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DomainDraft:
    """A host name about to be claimed for a store."""

    store_id: UUID
    host: str


@dataclass(frozen=True, slots=True)
class LegalPageView:
    """A legal text about to be shown to shoppers, or taken away from them."""

    store_id: UUID
    kind: str
    locale: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class SecondFactorRule:
    """The rule whether all staff need a second factor, about to be set."""

    required: bool


@dataclass(frozen=True, slots=True)
class AlertsQuery:
    """The admin's first page is about to be shown."""

    store_id: UUID


@dataclass(frozen=True, slots=True)
class Alert:
    """A thing that somebody has to look at, on the admin's first page."""

    title: str
    note: str


@hookspec
def before_store_update(ctx: Context, payload: StoreChange) -> StoreChange | None:
    """Look at, change (return a copy) or refuse (raise Reject) a change of a store's own data."""


@hookspec
def before_menu_update(ctx: Context, payload: MenuChange) -> MenuChange | None:
    """Refuse (raise Reject) a change of the menus, the footer or the announcement."""


@hookspec
def before_branding_update(ctx: Context, payload: BrandingChange) -> BrandingChange | None:
    """Refuse (raise Reject) a change of colours and pictures."""


@hookspec
def before_domain_add(ctx: Context, payload: DomainDraft) -> DomainDraft | None:
    """Refuse (raise Reject) to claim a host name for a store."""


@hookspec
def before_legal_page_publish(ctx: Context, payload: LegalPageView) -> LegalPageView | None:
    """Refuse (raise Reject) to show a legal text to shoppers."""


@hookspec
def before_legal_page_unpublish(ctx: Context, payload: LegalPageView) -> LegalPageView | None:
    """Refuse (raise Reject) to take a legal text away from shoppers."""


@hookspec
def before_settings_second_factor(ctx: Context, payload: SecondFactorRule) -> SecondFactorRule | None:
    """Refuse (raise Reject) another rule about the second factor of staff."""


@hookspec
def provide_alerts(ctx: Context, payload: AlertsQuery) -> list[Alert] | None:
    """Give things that somebody has to look at, for the admin's first page."""
