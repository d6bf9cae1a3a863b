"""Types with settings and secrets of a tenant: payment gateways, delivery methods, plugins.

A type describes its settings and credentials in the field language. A row has the settings in `config`, and
its secrets sealed: together in a column of their own, or one by one among the settings.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from mtc.core.crypto import open_sealed, seal
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _, _l

log = logging.getLogger(__name__)
Values = dict[str, Any]
Errors = dict[str, list[Sentence]]
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Row(Protocol):
    """Row with the settings and secrets of a tenant."""

    @property
    def id(self) -> UUID:
        """The row's id."""

    @property
    def tenant_id(self) -> UUID:
        """Whose it is."""


class Configurable(Protocol):
    """A type with settings."""

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The fields of `config`; those of type `secret` are sealed."""


@runtime_checkable
class HasCredentials(Protocol):
    """A type with fields that are sealed whatever their type."""

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """The fields that are sealed."""


@runtime_checkable
class ChecksConfig(Protocol):
    """A type whose settings depend on more than each field can say by itself."""

    def check_config(self, config: Values) -> tuple[Values, Errors]:
        """The settings as stored, and what is wrong with them by field."""

    def missing(self, config: Mapping[str, Any]) -> Errors:
        """Return the settings to fill in, by field, before it can be switched on."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Result of trying settings; the message is for the merchant."""

    ok: bool
    message: Sentence


@runtime_checkable
class ChecksSettings(Protocol):
    """A type whose settings can be tried, such as by asking the server that they name."""

    def check(self, settings: Mapping[str, Any]) -> CheckResult:
        """Try the settings, secrets in clear; called while no transaction is open."""


def try_settings(settings_type: ChecksSettings, settings: Mapping[str, Any]) -> CheckResult:
    """Let the type check the settings; an exception in it is logged and returned as a failed check."""
    try:
        return settings_type.check(settings)
    except Exception:
        log.exception("Trying the settings of a type has failed.")
        return CheckResult(False, _l("The test failed. Check the settings and try again."))


def form_fields(settings_type: Configurable, stored: Container[str]) -> list[dict[str, Any]]:
    """The fields of a form for the settings and credentials; stored secrets are never shown."""
    secrets = TypeSettings.of(settings_type).secrets
    credentials = settings_type.credentials if isinstance(settings_type, HasCredentials) else []
    fields = [*settings_type.settings, *({**credential, "type": "secret"} for credential in credentials)]
    stored_hint = {"help": _("Stored. Leave it empty to keep it.")}
    return [
        {**field, **stored_hint} if field["name"] in secrets and field["name"] in stored else field
        for field in fields
    ]


def checked_name(slug: str, name: str) -> str:
    """The name as it is stored; raises ValidationError where it or the slug is none."""
    if not _SLUG.fullmatch(slug):
        raise ValidationError(
            _l("Check the short name."), {"slug": [_l("Use small letters, digits and hyphens.")]}
        )
    name = scrub(name, multiline=False)
    if not 1 <= len(name) <= 100:
        raise ValidationError(_l("Give it a name."), {"name": [_l("Use 1 to 100 characters.")]})
    return name


class TypeSettings:
    """The fields of a type, and which of them are secrets."""

    def __init__(self, fields: FieldSet, credentials: Iterable[str] = ()) -> None:
        self.fields = fields
        self.secrets = frozenset(field.key for field in fields.fields if field.format == "secret") | {
            *credentials
        }

    @classmethod
    def of(cls, settings_type: Configurable) -> TypeSettings:
        """The settings and credentials of a type."""
        credentials = settings_type.credentials if isinstance(settings_type, HasCredentials) else []
        return cls(
            FieldSet([*settings_type.settings, *credentials]),
            [credential["name"] for credential in credentials],
        )

    def checked(
        self, submitted: Mapping[str, Any], stored: Mapping[str, Any], settings_type: Any = None
    ) -> tuple[Values, Values]:
        """The settings and the secrets to store; secrets that are not given stay as they are stored.

        Raises ValidationError by field. A `settings_type` may have more to say about its settings.
        """
        unchanged = {
            name: stored[name] for name in self.secrets if stored.get(name) and not submitted.get(name)
        }
        values = self.fields.validate({**submitted, **unchanged})
        secrets = {name: values[name] for name in self.secrets if values.get(name)}
        settings = {name: value for name, value in values.items() if name not in self.secrets}
        if isinstance(settings_type, ChecksConfig):
            settings, errors = settings_type.check_config(settings)
            if errors:
                raise ValidationError(_l("Check the marked fields."), errors)
        return settings, secrets


@dataclass(frozen=True, slots=True)
class SecretColumn:
    """Secrets that are sealed together, as the text of one column."""

    table: str
    column: str

    def read(self, row: Row) -> Values:
        """The secrets in clear; raises SealError."""
        sealed = getattr(row, self.column)
        if not sealed:
            return {}
        text = open_sealed(
            sealed, tenant_id=row.tenant_id, table=self.table, column=self.column, row_id=row.id
        )
        values: Values = json.loads(text)
        return values

    def write(self, row: Row, secrets: Mapping[str, Any]) -> None:
        """Seal the secrets; the same ones stay as they are sealed, so that nothing seems to have changed."""
        if self.read(row) == dict(secrets):
            return
        place: Any = {"table": self.table, "column": self.column, "row_id": row.id}
        text = json.dumps(dict(secrets))
        setattr(row, self.column, seal(text, tenant_id=row.tenant_id, **place) if secrets else None)


@dataclass(frozen=True, slots=True)
class SecretsAmongSettings:
    """Secrets that are sealed one by one in the JSON of the settings."""

    table: str
    column: str

    def read(self, row: Row, names: Iterable[str]) -> Values:
        """The secrets of these names in clear; raises SealError."""
        column_value = getattr(row, self.column) or {}
        place: Any = {"table": self.table, "column": self.column, "row_id": row.id}
        return {
            name: open_sealed(str(column_value[name]), tenant_id=row.tenant_id, **place)
            for name in names
            if column_value.get(name)
        }

    def sealed(self, row: Row, secrets: Mapping[str, Any]) -> Values:
        """The secrets as they are stored; the same ones stay as they are sealed."""
        column_value, before = getattr(row, self.column) or {}, self.read(row, secrets)
        place: Any = {"table": self.table, "column": self.column, "row_id": row.id}
        return {
            name: column_value[name]
            if before.get(name) == value
            else seal(value, tenant_id=row.tenant_id, **place)
            for name, value in secrets.items()
        }
