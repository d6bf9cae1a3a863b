"""The tenant whose events, tasks and emails are written."""

import pytest
from flask import Flask

from mtc.core.context import Context, use
from mtc.core.db import ScopeError
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope, running_tenant, tenant_scope


def test_the_running_tenant_is_the_scopes_or_in_a_platform_scope_the_contexts(app: Flask) -> None:
    mine, other = uuid7(), uuid7()
    with app.app_context():
        with use(Context(tenant_id=other)), tenant_scope(mine):
            assert running_tenant() == mine
        with platform_scope("write for a tenant"):
            with use(Context(tenant_id=other)):
                assert running_tenant() == other
            with pytest.raises(ScopeError, match="belongs to a tenant"):
                running_tenant()
