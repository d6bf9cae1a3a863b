"""Finds the sentences that Python files, templates and scripts mark for translation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from mtc.core.i18n.messages import SCRIPT
from mtc.core.paths import ROOT

KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
COMMENTS = ["Translators:"]
_SUFFIXES = (".py", ".html", ".txt", ".js")
_SETTINGS = {"source", "display", "height", "width"}  # of widgets: no texts
FOLDERS = ("mtc", "templates", "static/js")
SHOPPERS = (
    "mtc/api/storefront.py", "mtc/catalog/errors.py", "mtc/catalog/presenters",
    "mtc/catalog/services/stock_allocation.py", "mtc/checkout/services/cart", "mtc/core/email_addresses.py",
    "mtc/core/fields/messages.py", "mtc/core/i18n", "mtc/core/paging.py", "mtc/core/relative_time.py",
    "mtc/core/row_locking.py", "mtc/delivery/services/downloads.py", "mtc/delivery/services/email_context.py",
    "mtc/delivery/services/reveal.py", "mtc/delivery/types/sample.py", "mtc/identity/services/customers",
    "mtc/identity/services/passwords.py", "mtc/identity/services/sessions.py", "mtc/infra/storage",
    "mtc/middleware/error_responses.py", "mtc/orders/presenters", "mtc/orders/services/purchase_limits.py",
    "mtc/orders/services/reservations.py", "mtc/plugins/services/hooks.py", "mtc/storefront",
    "mtc/web/forms", "mtc/web/preview.py", "mtc/web/rate_limits.py", "mtc/web/request_checks.py", "plugins",
    "static/js", "templates/errors", "templates/forms", "templates/macros", "templates/mail",
    "templates/storefront", "themes",
)  # fmt: skip
"""Where what shoppers and buyers read is said, and mails: each locale that ships has all of it."""
STAFF = ("static/js/editor.js", "static/js/passkey.js")
_OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false", "encoding": "utf-8"}
_ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])

Message = tuple[Any, list[str], str | None]  # the sentence, or singular and plural; comments; the context


def owners() -> Iterator[Path]:
    """MTC, and each plugin and theme that keeps catalogs of its own: folders that hold `locales`."""
    yield ROOT / "mtc"
    for kind in ("plugins", "themes"):
        yield from sorted(path.parent for path in (ROOT / kind).glob("*/locales"))


def files_of(owner: Path) -> list[Path]:
    """The files whose sentences belong to the owner's catalog."""
    if owner != ROOT / "mtc":
        return _below(owner)
    folders = [ROOT / name for name in FOLDERS]
    shipped = [path for kind in ("plugins", "themes") for path in sorted((ROOT / kind).iterdir())]
    folders += [path for path in shipped if path.is_dir() and not (path / "locales").is_dir()]
    return [file for folder in folders for file in _below(folder)]


def _below(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in _SUFFIXES or _is_manifest(path))
    return sorted(path for path in found if not {"tests", "vendor", "__pycache__"} & set(path.parts))


def _is_manifest(path: Path) -> bool:
    return path.suffix == ".json" and (path.parent.name == "components" or path.name == "theme.json")


def messages_of(path: Path) -> Iterator[Message]:
    """The marked sentences of a file."""
    content = path.read_bytes()
    if path.suffix == ".py":
        if b"i18n" not in content:
            return
        for _line, message, comments, context in extract("python", BytesIO(content), KEYWORDS, COMMENTS):
            yield message, comments, context
    elif path.suffix == ".json":
        yield from ((text, [], None) for text in manifest_texts(json.loads(content)))
    elif path.suffix == ".js":
        for _line, message, comments, _context in extract(
            "javascript", BytesIO(content), {"t": None}, COMMENTS
        ):
            yield message, comments, SCRIPT
    else:
        yield from template_messages(content)


def manifest_texts(manifest: dict[str, Any]) -> Iterator[str]:
    """The default texts of a component, and the texts of a theme's widgets."""
    described = manifest.get("props_schema", {}).get("properties", {})
    for name, value in manifest.get("default_props", {}).items():
        if not {"enum", "format"} & set(described.get(name, {})):
            yield from _written_for_people(value)
    for page in manifest.get("pages", {}).values():
        for widget in page.get("widgets", []):
            yield from _written_for_people(
                {name: value for name, value in widget.get("props", {}).items() if name not in _SETTINGS}
            )


def _written_for_people(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _written_for_people(one)
    elif isinstance(value, str) and value[:1].isupper():
        yield value


def template_messages(content: bytes) -> Iterator[Message]:
    """The sentences of a template: `_()`, `{% trans %}`, and the filter `t` of the metered language."""
    names = list(KEYWORDS)
    for _line, function, found, comments in babel_extract(BytesIO(content), names, COMMENTS, _OPTIONS):
        texts = [found] if isinstance(found, str) else [text for text in found if isinstance(text, str)]
        context = texts.pop(0) if function in ("pgettext", "npgettext") else None
        if texts:
            yield (
                (tuple(texts[:2]) if "ngettext" in function or "npgettext" in function else texts[0]),
                comments,
                context,
            )
    for node in _ENVIRONMENT.parse(content.decode()).find_all(nodes.Filter):
        if node.name == "t" and isinstance(node.node, nodes.Const) and isinstance(node.node.value, str):
            yield node.node.value, [], None


def said_to_shoppers(owner: Path) -> set[tuple[str | None, Any]]:
    """The sentences of an owner that shoppers and buyers read, each with its context."""
    names = {path: path.relative_to(ROOT).as_posix() for path in files_of(owner)}
    files = [path for path, name in names.items() if name.startswith(SHOPPERS) and name not in STAFF]
    return {(context, message) for path in files for message, _comments, context in messages_of(path)}


def template_of(owner: Path) -> Catalog:
    """Every sentence of an owner, without translations."""
    found = Catalog(charset="utf-8")
    for path in files_of(owner):
        for message, comments, context in messages_of(path):
            found.add(message, auto_comments=comments, context=context)
    return found
