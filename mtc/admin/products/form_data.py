"""Input of the product form, read into values for the service; kept as typed when refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from mtc.admin.layout import store
from mtc.catalog.services.descriptions import to_edit
from mtc.catalog.services.variant_sets import MAX_VARIANTS
from mtc.catalog.services.warning_levels import own_level
from mtc.core.errors import AppError, ValidationError
from mtc.core.i18n import Sentence, _, _l
from mtc.core.money import format_money, parse_amount, to_input
from mtc.delivery.types.file import DAYS, MAX_DOWNLOADS

ROW_FIELDS = (
    "id", "sku", "name", "options", "price", "compare_at", "stock_source", "low_at", "is_active",
    "max_downloads", "days", "promise",
)  # fmt: skip
FULL = _l("A product has at most %(most)s variants. Remove one before you add another.", most=MAX_VARIANTS)


@dataclass
class ProductFormData:
    """The form as it stands: `texts` by field, `rows` of variants, `errors` by field, `values` to save.

    `unsaved` says that it holds what the product does not have yet.
    """

    texts: dict[str, str]
    rows: list[dict[str, str]]
    collections: list[str] = field(default_factory=list)
    featured: bool = False
    errors: dict[str, list[Sentence]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    operation: bool = False
    unsaved: bool = False
    version: int | None = None

    @classmethod
    def empty(cls, currency: str, stock_source: str = "pool") -> ProductFormData:
        """A new product with one variant, whose stock comes from where its type says."""
        del currency
        return cls(texts={}, rows=[{**_blank(), "stock_source": stock_source}])

    @classmethod
    def stored(cls, details: Any) -> ProductFormData:
        """The product as it is."""
        row = details.product
        texts = {
            "name": row.name,
            "slug": row.slug,
            "summary": row.summary,
            "description": to_edit(row.description, row.metadata),
            "badge": row.badge,
        }
        return cls(
            texts=texts,
            rows=[_stored_row(variant, row.currency) for variant in details.variants],
            collections=[collection["slug"] for collection in (row.card or {}).get("collections", ())],
            featured=row.is_featured,
            version=row.version,
        )

    def repeats(self, stored: ProductFormData) -> bool:
        """Return whether the form says what is stored; its type's fields are compared elsewhere."""
        mine, theirs = ([_comparable(form.texts), *map(_comparable, form.rows)] for form in (self, stored))
        chosen = set(self.collections) == set(stored.collections)
        return mine == theirs and chosen and self.featured == stored.featured

    def refuse(self, error: AppError) -> None:
        """Show what a service has refused."""
        self.unsaved = True
        details = error.details or {"form": [error.message]}
        for name, sentences in details.items():
            words = sentences if isinstance(sentences, list) else [str(sentences)]
            self.errors.setdefault(name, []).extend(str(word) for word in words)


def _comparable(texts: Mapping[str, str]) -> dict[str, str]:
    """Return a browser's text, which ends lines with CR LF, as the database has it."""
    shown_only = ("available", "price_read", "terms")
    return {
        name: text.replace("\r\n", "\n").strip() for name, text in texts.items() if name not in shown_only
    }


def _blank() -> dict[str, str]:
    return {
        **dict.fromkeys(ROW_FIELDS, ""),
        "stock_source": "pool",
        "low_at": "",
        "is_active": "1",
        "max_downloads": str(MAX_DOWNLOADS),
        "days": str(DAYS),
        "available": "",
    }


def _stored_row(row: Any, currency: str) -> dict[str, str]:
    locale = store().locale
    was = (row.price_data or {}).get("compare_at")
    delivery = row.delivery_data or {}
    return {
        "id": str(row.id),
        "sku": row.sku,
        "name": row.name,
        "options": "\n".join(f"{label}: {value}" for label, value in (row.attributes or {}).items()),
        "price": to_input(row.price, currency, locale),
        "price_read": format_money(row.price, currency, locale),
        "compare_at": to_input(was, currency, locale) if was is not None else "",
        "stock_source": row.stock_source,
        "low_at": "" if (level := own_level(row.inventory_data)) is None else str(level),
        "is_active": "1" if row.is_active else "",
        "max_downloads": str(delivery.get("max_downloads", MAX_DOWNLOADS) or ""),
        "days": str(delivery.get("days", DAYS) or ""),
        "promise": str(delivery.get("promise") or ""),
        "available": str(row.available),
    }


def typed_product(form: MultiDict[str, str], currency: str) -> ProductFormData:
    """Read the form; `errors` says what cannot be read, `operation` that a row was added or removed."""
    texts = {name: form.get(name, "").strip() for name in ("name", "slug", "summary", "description", "badge")}
    version = form.get("version", "")
    typed = ProductFormData(
        texts=texts,
        rows=_rows(form),
        collections=form.getlist("collections"),
        featured=bool(form.get("is_featured")),
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None,
    )
    if _operate(typed, form.get("_variants", "")):
        typed.operation = typed.unsaved = True
        return typed
    if not texts["name"]:
        typed.errors["name"] = [_("Give the product a name.")]
    typed.values = {
        **texts,
        "collections": typed.collections,
        "is_featured": typed.featured,
        "variants": [_variant(typed, row, number, currency) for number, row in enumerate(typed.rows)],
    }
    if not typed.rows:
        typed.errors["variants"] = [_("Add at least one variant: it carries the price.")]
    return typed


def _rows(form: MultiDict[str, str]) -> list[dict[str, str]]:
    heads = {name.split("-")[1] for name in form if name.startswith("variants-") and name.count("-") >= 2}
    numbers = sorted(int(head) for head in heads if head.isascii() and head.isdecimal() and len(head) < 10)
    rows = []
    for number in numbers:
        row = {name: form.get(f"variants-{number}-{name}", "").strip() for name in ROW_FIELDS}
        row["terms"] = "1" if f"variants-{number}-days" in form else ""
        rows.append({**row, "available": form.get(f"variants-{number}-available", "")[:10]})
    return rows


def _operate(typed: ProductFormData, operation: str) -> bool:
    if operation == "add":
        if sum(row["is_active"] == "1" for row in typed.rows) < MAX_VARIANTS:
            alike = {"stock_source": typed.rows[-1]["stock_source"] or "pool"} if typed.rows else {}
            typed.rows.append({**_blank(), **alike})
        else:
            typed.errors["variants"] = [FULL]
        return True
    verb, _, number = operation.partition("-")
    if verb == "remove" and number.isascii() and number.isdecimal() and len(number) < 10:
        place = int(number)
        if place < len(typed.rows):
            del typed.rows[place]
        return True
    return False


def _variant(typed: ProductFormData, row: Mapping[str, str], number: int, currency: str) -> dict[str, Any]:
    prefix = f"variants-{number}-"
    terms = ("promise",) if row["stock_source"] == "pool" else ("max_downloads", "days", "promise")
    values: dict[str, Any] = {
        "sku": row["sku"],
        "name": row["name"],
        "options": _options(typed, row["options"], prefix),
        "price": _amount(typed, row["price"], prefix + "price", currency),
        "stock_source": row["stock_source"] or "pool",
        "low_at": row["low_at"] or None,
        "is_active": row["is_active"] == "1",
        **({name: row[name] for name in terms} if row["terms"] else {}),
    }
    values["compare_at"] = (
        _amount(typed, row["compare_at"], prefix + "compare_at", currency) if row["compare_at"] else None
    )
    if row["id"]:
        try:
            values["id"] = str(UUID(row["id"]))
        except ValueError:
            typed.errors[prefix + "sku"] = [_("This row cannot be saved. Remove it and add it again.")]
    return values


def _amount(typed: ProductFormData, text: str, name: str, currency: str) -> int:
    try:
        return parse_amount(text, currency, store().locale)
    except ValidationError as error:
        typed.errors[name] = [error.message]
        return 0


def _options(typed: ProductFormData, text: str, prefix: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for line in text.splitlines():
        label, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or not label.strip() or not value.strip():
            typed.errors[prefix + "options"] = [_("Write one option a line, such as Region: Europe.")]
            return {}
        options[label.strip()] = value.strip()
    return options
