"""State of a plugin for a tenant: read, put with a version, and counted up, each in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import delete, update

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.row_locking import matched_rows, upsert
from mtc.plugins import queries
from mtc.plugins.models import PluginState

LONGEST_KEY = 200
MOST_LISTED = 1_000
_TABLE: Any = PluginState.__table__
_KEY = ("tenant_id", "plugin_id", "key")


class StateConflict(ConflictError):
    """Somebody has changed what the plugin keeps since it was read: read it again."""

    code = "state_conflict"


class StateValue(NamedTuple):
    """A stored value; `version` rises with each change."""

    value: dict[str, Any]
    version: int
    number: int


Listing = Sequence[tuple[str, StateValue]]


class State(Protocol):
    """The state of a plugin for one tenant, by key (text of 1 to 200 characters)."""

    def get(self, key: str) -> StateValue | None:
        """Return the value under the key, or None."""

    def put(self, key: str, value: dict[str, Any], version: int | None = None) -> int:
        """Keep plain JSON; returns the new version.

        With `version` only if it is still the one that was read (0: only if there is nothing yet); else
        StateConflict.
        """

    def increment(self, key: str, by: int = 1) -> int:
        """Add to the number of the key, which begins at 0; returns the sum. No addition is ever lost."""

    def delete(self, key: str) -> None:
        """Forget the key."""

    def list(self, prefix: str = "", after: str = "", limit: int = 100) -> Listing:
        """Return (key, value) of the keys that begin so, in their order, at most MOST_LISTED.

        `after` is the last key of the page before.
        """


def check_key(key: str) -> str:
    """The key; raises ValueError where it cannot be one."""
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"a key of plugin state is a text of 1 to {LONGEST_KEY} characters")
    return key


def check_limit(limit: int) -> int:
    """The limit; raises ValueError where it cannot be one."""
    if not 0 < limit <= MOST_LISTED:
        raise ValueError(f"a page of plugin state has 1 to {MOST_LISTED} keys")
    return limit


class StoredState:
    """State that is read and written in the running transaction."""

    def __init__(self, tenant_id: UUID, plugin_id: UUID) -> None:
        self._tenant_id, self._plugin_id = tenant_id, plugin_id

    def get(self, key: str) -> StateValue | None:
        """Return the value under the key, or None."""
        row = queries.state(self._tenant_id, self._plugin_id, check_key(key))
        return StateValue(dict(row.value), row.version, row.number) if row is not None else None

    def put(self, key: str, value: dict[str, Any], version: int | None = None) -> int:
        """Keep plain JSON, if `version` is given only over that version; returns the new one."""
        fresh = self._fresh(check_key(key), value=value)
        next_version = _TABLE.c.version + 1
        if version is None:
            changes = {"value": value, "version": next_version, "updated_at": fresh["updated_at"]}
            statement = upsert(PluginState, fresh, _KEY, changes)
        elif version == 0:
            statement = upsert(PluginState, fresh, _KEY, None)
        else:
            statement = self._row(update(_TABLE), key).where(_TABLE.c.version == version)
            statement = statement.values(value=value, version=next_version, updated_at=fresh["updated_at"])
        row = session.execute(statement.returning(_TABLE.c.version)).first()
        if row is None:
            raise StateConflict(_l("This was changed by somebody else in the same moment. Please try again."))
        return int(row.version)

    def increment(self, key: str, by: int = 1) -> int:
        """Add to the number of the key; returns the sum."""
        fresh = self._fresh(check_key(key), number=by)
        columns = _TABLE.c
        changes = {
            "number": columns.number + by,
            "version": columns.version + 1,
            "updated_at": fresh["updated_at"],
        }
        statement = upsert(PluginState, fresh, _KEY, changes).returning(columns.number)
        return int(session.execute(statement).one().number)

    def delete(self, key: str) -> None:
        """Forget the key."""
        matched_rows(self._row(delete(_TABLE), check_key(key)))

    def list(self, prefix: str = "", after: str = "", limit: int = 100) -> Listing:
        """Return (key, value) of the keys that begin so, in their order."""
        rows = queries.states(self._tenant_id, self._plugin_id, prefix, after, check_limit(limit))
        return [(row.key, StateValue(dict(row.value), row.version, row.number)) for row in rows]

    def _row(self, statement: Any, key: str) -> Any:
        columns = _TABLE.c
        return statement.where(
            columns.tenant_id == self._tenant_id,
            columns.plugin_id == self._plugin_id,
            columns.key == key,
        )

    def _fresh(self, key: str, **values: Any) -> dict[str, Any]:
        now = clock.now()
        return {
            "tenant_id": self._tenant_id,
            "id": uuid7(),
            "created_at": now,
            "plugin_id": self._plugin_id,
            "key": key,
            "value": {},
            "number": 0,
            "version": 1,
            "updated_at": now,
            **values,
        }


Change = Callable[[State], Any]
Changes = list[Change]


@dataclass
class LaterState:
    """State for a call that may not write: it reads, and notes what is to be written with the operation."""

    stored: State
    changes: Changes = field(default_factory=list)
    _seen: dict[str, StateValue | None] = field(default_factory=dict)

    def get(self, key: str) -> StateValue | None:
        """Return the value under the key, with the changes noted by this operation."""
        if key not in self._seen:
            self._seen[key] = self.stored.get(key)
        return self._seen[key]

    def put(self, key: str, value: dict[str, Any], version: int | None = None) -> int:
        """Note the value; StateConflict at once where the version is not the one that is kept."""
        current = self.get(check_key(key))
        if version is not None and version != (current.version if current else 0):
            raise StateConflict(_l("This was changed by somebody else in the same moment. Please try again."))
        return self._note(key, lambda state: state.put(key, value, version), value=value).version

    def increment(self, key: str, by: int = 1) -> int:
        """Note the addition; returns what the sum is as things stand."""
        current = self.get(check_key(key))
        number = (current.number if current else 0) + by
        return self._note(key, lambda state: state.increment(key, by), number=number).number

    def delete(self, key: str) -> None:
        """Note that the key is to be forgotten."""
        self.get(check_key(key))
        self._seen[key] = None
        self.changes.append(lambda state: state.delete(key))

    def list(self, prefix: str = "", after: str = "", limit: int = 100) -> Listing:
        """Return (key, value) of the keys that begin so, with the changes noted by this operation."""
        kept: dict[str, StateValue | None] = dict(self.stored.list(prefix, after, limit))
        kept |= {key: value for key, value in self._seen.items() if key.startswith(prefix) and key > after}
        return [(key, value) for key, value in sorted(kept.items()) if value is not None][:limit]

    def _note(self, key: str, change: Change, **values: Any) -> StateValue:
        current = self._seen[key] or StateValue({}, 0, 0)
        changed = current._replace(version=current.version + 1, **values)
        self._seen[key] = changed
        self.changes.append(change)
        return changed
