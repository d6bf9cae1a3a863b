"""Input of products and variants, read and validated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.fields import canonical
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l, formats
from mtc.core.money import LARGEST_AMOUNT

STATUSES = ("draft", "active", "archived")
SOURCES = ("pool", "unlimited", "none")
_TEXTS = {"name": 200, "summary": 500, "badge": 60}
_PLAIN = {"slug", "type", "attributes", "collections", "variants", "currency", "version"}
PRODUCT_KEYS = {
    *_TEXTS, *_PLAIN, "status", "description", "image", "gallery", "is_featured", "meta", "published_at",
}  # fmt: skip
VARIANT_KEYS = {
    "id", "sku", "name", "options", "price", "compare_at", "stock_source", "low_at", "delivery_data",
    "is_active", "position", "max_downloads", "days", "promise",
}  # fmt: skip
DELIVERY_KEYS = ("max_downloads", "days", "promise")
MOST_DOWNLOADS, MOST_DAYS = 1000, 3650


class Faults(dict[str, list[Sentence]]):
    """Errors by field."""

    def note(self, name: str, sentence: Sentence) -> None:
        """Add a sentence to a field."""
        self.setdefault(name, []).append(sentence)

    def stop(self, prefix: str = "") -> None:
        """Raise ValidationError when there is any fault."""
        if self:
            details = {f"{prefix}{name}": sentences for name, sentences in self.items()}
            raise ValidationError(_l("Correct the marked fields."), details)


def product_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns among the values of a product; raises ValidationError with the fields at fault."""
    faults = Faults()
    for name in sorted(set(values) - PRODUCT_KEYS):
        faults.note(name, _l("Products have no such value."))
    columns: dict[str, Any] = {}
    for name, longest in _TEXTS.items():
        if name in values:
            columns[name] = _text(faults, name, values[name], longest)
    if "name" in columns and not columns["name"]:
        faults.note("name", _l("Give the product a name."))
    if "status" in values:
        columns["status"] = values["status"]
        if values["status"] not in STATUSES:
            faults.note("status", _l("Choose draft, active or archived."))
    if "is_featured" in values:
        columns["is_featured"] = values["is_featured"] in (True, "true", "on", "1", "yes")
    for name, expected in (("image", dict), ("gallery", list), ("meta", dict)):
        if name in values:
            columns[name] = values[name] or expected()
            if not isinstance(columns[name], expected):
                faults.note(name, _l("This value has the wrong form."))
    if "published_at" in values:
        columns["published_at"] = _moment(faults, values["published_at"])
    faults.stop()
    return columns


def _text(faults: Faults, name: str, value: Any, longest: int) -> str:
    text = scrub(str(value or ""), multiline=name == "summary")
    if len(text) > longest:
        faults.note(name, _l("Use at most %(most)s characters.", most=longest))
    return text


def _moment(faults: Faults, value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    text = canonical("date-time", str(value))
    if text is None:
        faults.note("published_at", _l("Enter a date and time such as 2026-01-31T18:00."))
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def variant_values(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The columns among the values of a variant; raises ValidationError with the fields at fault."""
    faults = Faults()
    for name in sorted(set(values) - VARIANT_KEYS):
        faults.note(name, _l("Variants have no such value."))
    columns: dict[str, Any] = {}
    for name, longest in (("sku", 80), ("name", 200)):
        if name in values:
            columns[name] = _text(faults, name, values[name], longest)
    if values.get("low_at", 0) in (None, ""):
        columns["low_at"] = None  # the store's
    for name, lowest in (("price", 0), ("low_at", 0), ("position", 0)):
        if name in values and name not in columns:
            columns[name] = _whole(faults, name, values[name], lowest)
    if "compare_at" in values:
        was = values["compare_at"]
        columns["compare_at"] = None if was in (None, "") else _whole(faults, "compare_at", was, 0)
    if "stock_source" in values:
        columns["stock_source"] = values["stock_source"]
        if values["stock_source"] not in SOURCES:
            faults.note("stock_source", _l("Choose pool, unlimited or none."))
    if "is_active" in values:
        columns["is_active"] = values["is_active"] in (True, "true", "on", "1", "yes")
    if "options" in values:
        columns["attributes"] = _options(faults, values["options"])
    for name, most in (("max_downloads", MOST_DOWNLOADS), ("days", MOST_DAYS)):
        if name in values:
            columns[name] = _limit(faults, name, values[name], most)
    if "promise" in values:
        columns["promise"] = _text(faults, "promise", values["promise"], 300)
    if "delivery_data" in values:
        columns["delivery_data"] = values["delivery_data"] or {}
        if not isinstance(columns["delivery_data"], dict):
            faults.note("delivery_data", _l("This value has the wrong form."))
    faults.stop(prefix)
    return columns


def _whole(faults: Faults, name: str, value: Any, lowest: int) -> int:
    largest = LARGEST_AMOUNT if name in ("price", "compare_at") else 1_000_000
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if number is None and isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        number = int(value)
    if number is None or not lowest <= number <= largest:
        faults.note(
            name,
            _l(
                "Use a whole number from %(lowest)s to %(most)s.", lowest=lowest, most=formats.number(largest)
            ),
        )
        return lowest
    return number


def _limit(faults: Faults, name: str, value: Any, most: int) -> int | None:
    """A limit of downloads or days; None when there is none."""
    if value in (None, ""):
        return None
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if number is None and isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6:
        number = int(value)
    if number is None or not 1 <= number <= most:
        faults.note(
            name,
            _l(
                "Use a whole number from 1 to %(most)s, or leave it empty for no limit.",
                most=formats.number(most),
            ),
        )
        return None
    return number


def _options(faults: Faults, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 10:
        faults.note("options", _l("Give at most ten options, each with a value."))
        return {}
    return {
        scrub(str(label), multiline=False)[:60]: scrub(str(value), multiline=False)[:100]
        for label, value in value.items()
    }
