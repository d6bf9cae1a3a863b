"""Workflows of a tenant and each run of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key


class Workflow(TenantModel, Base):
    """Steps to take when something happens to an entity."""

    __tablename__ = "workflows"
    __entity__ = "workflow"
    __label__ = ("name",)
    __table_args__ = (Index("ix_workflows_tenant_id_entity_type", "tenant_id", "entity_type", "trigger"),)

    name: Mapped[str] = mapped_column(String(200))
    entity_type: Mapped[str] = mapped_column(String(40))
    trigger: Mapped[str] = mapped_column(String(80))
    steps: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    updated_at: Mapped[datetime | None] = mapped_column()


class WorkflowExecution(TenantModel, Base):
    """One run of a workflow for one entity."""

    __tablename__ = "workflow_executions"
    __entity__ = "workflow_execution"
    __table_args__ = (
        tenant_foreign_key("workflow_id", "workflows", ondelete="CASCADE"),
        Index("ix_workflow_executions_tenant_id_workflow_id", "tenant_id", "workflow_id", "created_at"),
        Index("ix_workflow_executions_tenant_id_status", "tenant_id", "status", "created_at"),
    )

    workflow_id: Mapped[UUID] = mapped_column()
    entity_id: Mapped[UUID | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), default="pending")
    execution_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finished_at: Mapped[datetime | None] = mapped_column()
