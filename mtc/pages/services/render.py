"""From a resolved page to HTML: sources first, then widget by widget, then the layout."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from flask import current_app
from jinja2 import Template
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from mtc.core.html_cleaning import clean_html
from mtc.core.plain_data import plain
from mtc.core.template_engine import compile_template
from mtc.pages.services.component_registry import Book, ComponentInfo
from mtc.pages.services.data_sources import Fetcher, bound_args
from mtc.pages.services.shipped_texts import in_locale
from mtc.web.theming import use_theme

log = logging.getLogger(__name__)
OWN_FUEL, OWN_SECONDS = 500_000, 0.25
_OWN_TAGS = {
    "a", "abbr", "article", "aside", "b", "blockquote", "br", "caption", "code", "dd", "details", "div", "dl",
    "dt", "em", "figcaption", "figure", "footer", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "li", "mark", "nav", "ol", "p", "picture", "pre", "s", "section", "small", "source", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
}  # fmt: skip
_OWN_ATTRIBUTES = {
    "*": {"class", "lang", "dir", "title", "aria-label", "aria-hidden"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height", "loading", "srcset", "sizes"},
    "source": {"srcset", "media", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "details": {"open"},
}

Page = Mapping[str, Any]


def render_page(resolved: Page, book: Book, context: Mapping[str, Any], fetcher: Fetcher) -> str:
    """The whole document. `context` has page, store and theme, as docs/themes.md describes them.

    `resolved["fixed"]`, when a view sets it, is HTML by region that stands before the region's widgets.
    """
    regions = render_regions(resolved, book, context, fetcher)
    layout = resolved["layout"]["slug"]
    names = _names(context["theme"]["slug"], "layouts", layout)
    return _template(names).render(regions=regions, **context)


def render_regions(
    resolved: Page, book: Book, context: Mapping[str, Any], fetcher: Fetcher
) -> dict[str, Markup]:
    """The HTML of each region, with every source asked once for all widgets."""
    use_theme(context["theme"]["slug"])
    widgets = [(widget, book[widget["component"]["slug"]]) for widget in resolved["widgets"]]
    fetcher.collect(
        (binding["source"], bound_args(binding.get("args", {}), widget["props"]))
        for widget, info in widgets
        for binding in info.data
    )
    regions = {name: Markup(html) for name, html in resolved.get("fixed", {}).items()}  # noqa: S704
    for widget, info in widgets:
        html = render_widget(widget, info, context, fetcher)
        regions[widget["region"]] = regions.get(widget["region"], Markup()) + html
    return regions


def render_widget(
    widget: Mapping[str, Any], info: ComponentInfo, context: Mapping[str, Any], fetcher: Fetcher
) -> Markup:
    """One widget; one that fails shows nothing and is logged, and the page goes on."""
    try:
        data = {
            binding["name"]: fetcher.answer(
                binding["source"], bound_args(binding.get("args", {}), widget["props"])
            )
            for binding in info.data
        }
    except KeyError:  # its source failed and was logged
        return Markup()
    try:
        if info.template is not None:
            return _own(info, widget["props"], data, context)
        names = _names(context["theme"]["slug"], "components", info.slug, info.folder)
        props = _in_locale(widget, info)
        return Markup(_template(names).render(props=props, data=data, **context))  # noqa: S704
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("widget %s (%s) failed", widget["id"], info.slug)
        return Markup()


def _in_locale(widget: Mapping[str, Any], info: ComponentInfo) -> Mapping[str, Any]:
    """The props with MTC's own texts in the running locale: defaults that nobody changed, a theme's widgets.

    What a merchant wrote is data and stays.
    """
    props: Mapping[str, Any] = widget["props"]
    if info.own:
        return props
    return in_locale(props, props if widget.get("shipped") else info.defaults, info.texts)


def _own(
    info: ComponentInfo, props: Mapping[str, Any], data: Mapping[str, Any], context: Mapping[str, Any]
) -> Markup:
    """A component that a tenant wrote: the metered engine, then what is left of its tags after cleaning."""
    page, store = context["page"], context["store"]
    facts = {
        "props": dict(props),
        "data": plain(dict(data)),
        "page": {name: page.get(name) for name in ("key", "path", "title", "slug")},
        "store": {
            name: store.get(name) for name in ("name", "tagline", "email", "url", "currency", "locale")
        },
    }
    deadline = time.monotonic() + OWN_SECONDS
    html = compile_template(info.template or "").render(facts, fuel=OWN_FUEL, deadline=deadline)
    return clean_own(html)


def clean_own(html: str) -> Markup:
    """HTML that a tenant wrote, down to harmless tags and attributes."""
    return Markup(clean_html(html, tags=_OWN_TAGS, attributes=_OWN_ATTRIBUTES, link_rel=None))  # noqa: S704


def _names(theme: str, folder: str, slug: str, owner: str = "storefront") -> tuple[str, str]:
    return f"themes/{theme}/{folder}/{slug}.html", f"{owner}/{folder}/{slug}.html"


def _template(names: tuple[str, ...]) -> Template:
    return current_app.jinja_env.select_template(list(names))


def render_fragment(name: str, theme: Mapping[str, Any], **context: Any) -> str:
    """A fragment of the storefront, `storefront/fragments/<name>.html`."""
    use_theme(theme["slug"])
    template = current_app.jinja_env.get_template(f"storefront/fragments/{name}.html")
    return template.render(theme=theme, **context)
