"""The database layer: models, sessions bound to a scope, units of work."""

from mtc.core.db.models import (
    Base,
    Json,
    PlatformModel,
    SharedModel,
    TenantModel,
    UtcDateTime,
    belongs_to,
    has_many,
    tenant_foreign_key,
)  # fmt: skip
from mtc.core.db.plugin_tables import (
    PluginTable,
    add_models,
    bases_in,
    mappers,
    remove_models,
    tables_of,
    tables_version,
)  # fmt: skip
from mtc.core.db.scopes import Scope, ScopeError, current_scope, require_scope, scope_key, scope_tenant
from mtc.core.db.sessions import (
    ScopedSessionMixin,
    bind_sessions,
    is_postgresql,
    open_scope,
    running_session,
    session,
)  # fmt: skip
from mtc.core.db.units_of_work import (
    after_commit,
    before_commit,
    commit_batch,
    end_transaction,
    finish_work,
    rollback,
    savepoint,
    unit_of_work,
)  # fmt: skip

__all__ = [
    "Base", "Json", "PlatformModel", "PluginTable", "Scope", "ScopeError", "ScopedSessionMixin",
    "SharedModel", "TenantModel", "UtcDateTime", "add_models", "after_commit", "bases_in",
    "before_commit", "belongs_to", "bind_sessions", "commit_batch", "current_scope", "end_transaction",
    "finish_work", "has_many", "is_postgresql", "mappers", "open_scope", "remove_models",
    "require_scope", "rollback", "running_session", "savepoint", "scope_key", "scope_tenant", "session",
    "tables_of", "tables_version", "tenant_foreign_key", "unit_of_work",
]  # fmt: skip
