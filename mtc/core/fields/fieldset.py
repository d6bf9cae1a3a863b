"""A set of fields in use: defaults, cleaning, validation, typed columns, words for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema.protocols import Validator

from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.fields import messages, validation, values
from mtc.core.fields.cleaning import Cleaner
from mtc.core.fields.conditions import holds
from mtc.core.fields.describe import Field, describe
from mtc.core.fields.to_json_schema import to_schema
from mtc.core.fields.values import TypedValue
from mtc.core.i18n import Sentence, _l


@dataclass(frozen=True, slots=True)
class Inspection:
    """Result of validation: cleaned values, errors by path, paths that no field describes."""

    values: dict[str, Any]
    errors: dict[str, list[Sentence]]
    dropped: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields shown together under a label, which may be empty."""

    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """Groups shown on one tab; a set without tabs has one with an empty label."""

    label: str
    groups: tuple[Group, ...]


class FieldSet:
    """The fields of a definition that `check` accepted (a list of fields or a JSON Schema), ready for use."""

    def __init__(self, definition: Any, ui_config: Mapping[str, Any] | None = None) -> None:
        self.schema = to_schema(definition)
        self.ui_config = dict(ui_config or {})
        self.fields: tuple[Field, ...] = describe(self.schema, _hints(self.ui_config))
        self._by_key = {field.key: field for field in self.fields}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def field(self, key: str) -> Field:
        """The description of a field by its key; NotFoundError when there is none."""
        if key not in self._by_key:
            raise NotFoundError(_l("This field does not exist."))
        return self._by_key[key]

    @cached_property
    def _validator(self) -> Validator:
        return validation.compiled(self.fields)

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """The fields as ui_config lays them out; fields that it forgets come last, none is lost."""
        left = dict(self._by_key)
        tabs = []
        for tab in self.ui_config.get("tabs", []):
            groups = tab.get("groups", [{"label": "", "fields": tab.get("fields", [])}])
            made = [Group(group.get("label", ""), _take(left, group.get("fields", []))) for group in groups]
            tabs.append(Tab(tab.get("label", ""), tuple(group for group in made if group.fields)))
        if left:
            tabs.append(Tab("More" if tabs else "", (Group("", tuple(left.values())),)))
        return tuple(tab for tab in tabs if tab.groups)

    def defaults(self) -> dict[str, Any]:
        """The values of a set that nobody has filled in."""
        return self.clean({})

    def clean(self, data: Any, dropped: list[str] | None = None) -> dict[str, Any]:
        """Known values only, coerced, with defaults; what cannot be read is left out.

        `dropped`, when given, receives the paths that no field describes. Never raises.
        """
        cleaner = Cleaner()
        cleaned = cleaner.object(self.fields, data if isinstance(data, Mapping) else {})
        if dropped is not None:
            dropped.extend(cleaner.dropped)
        return cleaned

    def inspect(self, data: Any, refs: validation.Refs | None = None) -> Inspection:
        """Clean and judge without raising, for drafts that may be incomplete; `refs` as in `validate`."""
        cleaner = Cleaner()
        if not isinstance(data, Mapping):
            return Inspection({}, {messages.FORM: [str(messages.NOT_AN_OBJECT)]}, [])
        cleaned = cleaner.object(self.fields, data)
        errors = validation.validate_fields(self.fields, self._validator, cleaned, cleaner.problems, refs)
        return Inspection(cleaned, errors, cleaner.dropped)

    def validate(self, data: Any, refs: validation.Refs | None = None) -> dict[str, Any]:
        """The cleaned values; raises ValidationError with details {"slides-0-title": [sentence]}.

        `refs(kind, id)` says whether something exists in this tenant; kinds are product, collection,
        page, menu, media, font and token. Without it references are checked for their form only.
        """
        result = self.inspect(data, refs)
        if result.errors:
            raise ValidationError(_l("Correct the marked fields."), details=result.errors)
        return result.values

    def shown(self, key: str, data: Mapping[str, Any]) -> bool:
        """Return whether the condition of a field at the root holds for these (cleaned) values."""
        return holds(self.field(key).show_if, data)

    def references(self, data: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Everything that validated values point at, as (kind, id): what an export must take along."""
        return {
            reference
            for field, owner, _ in validation.walk(self.fields, self.clean(data), "")
            for reference in validation.references(field, owner.get(field.key))
        }

    def keep_secrets(self, values: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """The values with stored secrets where none was typed: a form never shows a secret again."""
        unchanged = {
            field.key: stored[field.key]
            for field in self.fields
            if field.format == "secret" and not values.get(field.key) and stored.get(field.key)
        }
        return {**values, **unchanged}

    def typed_value(self, key: str, value: Any) -> TypedValue:
        """The typed columns of an attribute row for one validated value."""
        return values.typed(self.field(key), value)

    def typed_values(self, key: str, value: Any) -> list[TypedValue]:
        """One row for each value to filter by: a list gives one for each entry."""
        return values.typed_each(self.field(key), value)

    def display(self, key: str, value: Any) -> str:
        """The value in words for people; an empty text for no value. Plain text: escape it in a page."""
        return values.display(self.field(key), value)


def _hints(ui_config: Mapping[str, Any]) -> dict[str, Any]:
    hints = dict(ui_config.get("fields", {}))
    for key, roles in ui_config.get("roles", {}).items():
        hints[key] = {**hints.get(key, {}), "roles": roles}
    return hints


def _take(left: dict[str, Field], keys: list[str]) -> tuple[Field, ...]:
    return tuple(left.pop(key) for key in keys if key in left)
