"""Plugins that exist, and what each tenant has made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED, HIDDEN
from mtc.core.db import Base, PlatformModel, TenantModel
from mtc.core.encrypted_columns import SEALED


class Plugin(PlatformModel, Base):
    """A plugin found on this installation, with its manifest.

    With a `block_reason` it runs for nobody, whatever its status; with a `deprecation` nobody new gets it.
    """

    __tablename__ = "plugins"
    __entity__ = "plugin"
    __label__ = ("name",)

    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(40), info=DERIVED)
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(20), default="available")  # available broken missing
    problem: Mapped[str] = mapped_column(Text, default="", server_default="")
    block_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    deprecation: Mapped[str] = mapped_column(Text, default="", server_default="")
    updated_at: Mapped[datetime | None] = mapped_column()


class PluginHook(PlatformModel, Base):
    """A hook that a plugin implements, as found in its code."""

    __tablename__ = "plugin_hooks"
    __entity__ = "plugin_hook"
    __table_args__ = (UniqueConstraint("plugin_id", "hook_name", "handler_function"),)

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id", ondelete="CASCADE"))
    hook_name: Mapped[str] = mapped_column(String(120))
    handler_function: Mapped[str] = mapped_column(String(200))
    priority: Mapped[int] = mapped_column(Integer, default=100)


class TenantPlugin(TenantModel, Base):
    """A plugin installed by a tenant: switched on or off, with its settings and its breaker.

    `version` is that of the code that `on_upgrade` has last prepared the tenant's data for.
    """

    __tablename__ = "tenant_plugins"
    __entity__ = "tenant_plugin"
    __table_args__ = (
        UniqueConstraint("tenant_id", "plugin_id"),
        Index("ix_tenant_plugins_plugin_id", "plugin_id"),
    )

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id"))
    status: Mapped[str] = mapped_column(String(20), default="inactive")  # active uninstalled deleting
    version: Mapped[str] = mapped_column(String(40), default="", server_default="", info=DERIVED)
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets: Mapped[str | None] = mapped_column(Text, info=SEALED)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    broken_until: Mapped[datetime | None] = mapped_column()
    last_error: Mapped[str] = mapped_column(Text, default="", server_default="", info=DERIVED)
    last_error_at: Mapped[datetime | None] = mapped_column(info=DERIVED)
    updated_at: Mapped[datetime | None] = mapped_column()


class PluginState(TenantModel, Base):
    """A value that a plugin stores for a tenant, by key; `version` rises with each change of the row."""

    __tablename__ = "plugin_state"
    __entity__ = "plugin_state"
    __table_args__ = (
        UniqueConstraint("tenant_id", "plugin_id", "key"),
        Index("ix_plugin_state_plugin_id", "plugin_id"),
    )

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    value: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    number: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=DERIVED)
    updated_at: Mapped[datetime | None] = mapped_column()


class PluginCall(TenantModel, Base):
    """A call of a plugin's code in the log of calls: how long it took and how it ended."""

    __tablename__ = "plugin_calls"
    __entity__ = "plugin_call"
    __table_args__ = (
        Index("ix_plugin_calls_newest", "tenant_id", "plugin_id", "id"),
        Index("ix_plugin_calls_plugin_id", "plugin_id"),
        Index("ix_plugin_calls_created_at", "created_at"),
    )

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id", ondelete="CASCADE"))
    hook: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(10))  # ok changed skipped rejected slow broken cut
    ms: Mapped[int] = mapped_column(Integer)
    statements: Mapped[int] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(String(64))


class PluginSchedule(TenantModel, Base):
    """When a job of a plugin is due next for a tenant, and how it ended last."""

    __tablename__ = "plugin_schedules"
    __entity__ = "plugin_schedule"
    __label__ = ("job",)
    __table_args__ = (
        UniqueConstraint("tenant_id", "plugin_id", "job"),
        Index("ix_plugin_schedules_plugin_id", "plugin_id"),
        Index("ix_plugin_schedules_next_at", "next_at"),
    )

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id", ondelete="CASCADE"))
    job: Mapped[str] = mapped_column(String(40))
    next_at: Mapped[datetime] = mapped_column(info=DERIVED)
    last_at: Mapped[datetime | None] = mapped_column(info=DERIVED)
    last_outcome: Mapped[str] = mapped_column(String(20), default="", server_default="", info=DERIVED)
    last_ms: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=DERIVED)


class PluginInbox(TenantModel, Base):
    """A notification of another system to a plugin, each event once; kept for 30 days."""

    __tablename__ = "plugin_inbox"
    __entity__ = "plugin_notification"
    __table_args__ = (
        UniqueConstraint("tenant_id", "plugin_id", "name", "event_id"),
        Index("ix_plugin_inbox_plugin_id", "plugin_id"),
        Index("ix_plugin_inbox_created_at", "created_at"),
    )

    plugin_id: Mapped[UUID] = mapped_column(ForeignKey("plugins.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[str] = mapped_column(String(200))
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    status: Mapped[str] = mapped_column(String(20), default="new")  # new failed done
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
