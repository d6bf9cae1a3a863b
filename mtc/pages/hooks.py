"""Hooks for plugins while the pages of a store are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A page of a store that is about to be shown: its kind (`product`, `home`), its path and its product."""

    store_id: UUID
    key: str
    path: str
    product_id: UUID | None


@dataclass(frozen=True, slots=True)
class HeadMeta:
    """A `meta` element with a name, such as that by which a search engine knows the owner."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A `link` element; `href` is an address with https://, or a path of the store."""

    rel: Literal["alternate", "author", "license", "me", "search"]
    href: str

    def __post_init__(self) -> None:
        if not self.href.startswith(("https://", "/")) or self.href.startswith("//"):
            raise ValueError("a link leads to a path or to an address with https://")


@dataclass(frozen=True, slots=True)
class HeadData:
    """Data for search engines about the page (JSON-LD), as plain JSON."""

    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SitemapQuery:
    """The sitemap of a store is about to be made."""

    store_id: UUID


@dataclass(frozen=True, slots=True)
class SitemapUrl:
    """A path of the store that crawlers are to know."""

    path: str

    def __post_init__(self) -> None:
        if not self.path.startswith("/") or self.path.startswith("//"):
            raise ValueError("a path begins with one /")


@hookspec
def provide_head(ctx: Context, payload: PageQuery) -> list[HeadMeta | HeadLink | HeadData] | None:
    """Give elements for the head of a page."""


@hookspec
def provide_sitemap(ctx: Context, payload: SitemapQuery) -> list[SitemapUrl] | None:
    """Give further paths of the store for its sitemap."""
