"""Events of stores and their legal pages."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _StoreEvent(DomainEvent, entity="store", permission="settings:read"):
    name: str


@dataclass(frozen=True, kw_only=True)
class StoreOpened(_StoreEvent, name="store.opened", label=_l("Store opened")):
    """A store was opened to shoppers."""


@dataclass(frozen=True, kw_only=True)
class StoreClosed(_StoreEvent, name="store.closed", label=_l("Store closed")):
    """A store was closed to shoppers; orders and downloads go on."""


@dataclass(frozen=True, kw_only=True)
class StoreUpdated(_StoreEvent, name="store.updated", label=_l("Store changed")):
    """A store's own data changed, or its menus; `changed` are the names of what was given."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class BrandingUpdated(
    DomainEvent, name="branding.updated", label=_l("Colours or pictures changed"), permission="settings:read"
):
    """Colours or pictures of the tenant's stores changed; `changed` are their names."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class DomainAdded(
    DomainEvent,
    name="domain.added",
    label=_l("Domain added"),
    entity="domain",
    permission="settings:read",
):
    """A host name was claimed for a store; it leads there once verified."""

    host: str


@dataclass(frozen=True, kw_only=True)
class _LegalPageEvent(DomainEvent, entity="legal_page", permission="settings:read"):
    kind: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class LegalPagePublished(_LegalPageEvent, name="legal_page.published", label=_l("Legal page published")):
    """A legal text, or a newer version of it, can be read by shoppers."""


@dataclass(frozen=True, kw_only=True)
class LegalPageUnpublished(
    _LegalPageEvent, name="legal_page.unpublished", label=_l("Legal page unpublished")
):
    """A legal text was taken away from shoppers."""


@dataclass(frozen=True, kw_only=True)
class SecondFactorRequired(
    DomainEvent,
    name="settings.second_factor",
    label=_l("Second factor required or not"),
    permission="team:read",
):
    """Change of the rule whether all staff need a second factor."""

    required: bool
