"""ctx.storage, ctx.t and the list of ctx.state: a tenant's own, page by page, within limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.core.errors import NotFoundError
from mtc.core.i18n import use_locale
from mtc.plugins.services.context_members import storage
from mtc.plugins.services.state import LaterState
from tests.plugins.contexts import NOTHING, context_of
from tests.plugins.kit import remembered, switch_on
from tests.servers.database import both_databases


@pytest.fixture
def keeper(tenant: Any, other_tenant: Any, guest: Callable[..., None]) -> str:
    guest("keeper", NOTHING)
    switch_on(tenant, "keeper")
    switch_on(other_tenant, "keeper")
    return "keeper"


def test_files_are_a_tenants_own(tenant: Any, other_tenant: Any, keeper: str, ports: Any) -> None:
    with context_of(tenant, keeper) as ctx:
        ctx.storage.put("reports/a.csv", b"1;2", "text/csv")
        with ctx.storage.open("reports/a.csv") as file:
            assert file.read() == b"1;2"
        assert ports.storage.exists(f"p/{tenant.id}/keeper/reports/a.csv")
    with context_of(other_tenant, keeper) as ctx:
        assert not ctx.storage.exists("reports/a.csv")
        with pytest.raises(NotFoundError):
            ctx.storage.open("reports/a.csv")
        ctx.storage.delete("reports/a.csv")
        for name in (f"../../{tenant.id}/keeper/reports/a.csv", "..", "a//b", "", "/a", "x" * 201):
            with pytest.raises(ValueError, match=r"(storage key|characters)"):
                ctx.storage.open(name)
    with context_of(tenant, keeper) as ctx:
        assert ctx.storage.exists("reports/a.csv")
        ctx.storage.delete("reports/a.csv")
        assert not ctx.storage.exists("reports/a.csv")


def test_files_have_limits(tenant: Any, keeper: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert storage.LARGEST_FILE == 20 * 1024 * 1024
    monkeypatch.setattr(storage, "LARGEST_FILE", 3)
    with context_of(tenant, keeper) as ctx:
        ctx.storage.put("a", b"123")
        with pytest.raises(ValueError, match="3 bytes"):
            ctx.storage.put("a", b"1234")
        with pytest.raises(ValueError, match="604800 seconds"):
            ctx.storage.url("a", 604_801)


def test_what_was_written_is_kept_before_a_file_is_stored(tenant: Any, keeper: str) -> None:
    with pytest.raises(RuntimeError, match="later"), context_of(tenant, keeper) as ctx:
        ctx.remember("first", {})
        ctx.storage.put("a", b"1")
        ctx.remember("second", {})
        raise RuntimeError("later")
    assert (remembered(tenant, keeper, "first"), remembered(tenant, keeper, "second")) == ({}, None)


def test_sentences_are_translated(tenant: Any, keeper: str) -> None:
    with context_of(tenant, keeper) as ctx:
        with use_locale("de"):
            assert ctx.t("There is no such plugin.") == "Dieses Plugin gibt es nicht."
        assert ctx.t("%(number)s points", number=3) == "3 points"


@both_databases
def test_state_is_listed_page_by_page(tenant: Any, other_tenant: Any, keeper: str) -> None:
    with context_of(other_tenant, keeper) as ctx:
        ctx.state.put("order 9", {"number": 9})
    with context_of(tenant, keeper) as ctx:
        for number in (3, 1, 2):
            ctx.state.put(f"order {number}", {"number": number})
        ctx.state.put("orderXx", {})
        ctx.state.increment("order_", 4)
    with context_of(tenant, keeper) as ctx:
        rows = ctx.state.list("order ")
        assert [(key, state.value) for key, state in rows] == [
            (f"order {number}", {"number": number}) for number in (1, 2, 3)
        ]
        assert [key for key, _ in ctx.state.list("order ", limit=2)] == ["order 1", "order 2"]
        assert [key for key, _ in ctx.state.list("order ", after="order 2")] == ["order 3"]
        assert [(key, state.number) for key, state in ctx.state.list("order_")] == [("order_", 4)]
        for limit in (0, 1_001):
            with pytest.raises(ValueError, match="1 to 1000 keys"):
                ctx.state.list(limit=limit)


def test_a_before_hook_sees_what_it_has_noted(tenant: Any, keeper: str) -> None:
    with context_of(tenant, keeper) as ctx:
        for key in ("a1", "a2", "b"):
            ctx.state.put(key, {"old": True})
        noted = LaterState(ctx.state)
        noted.put("a1", {"new": True})
        noted.delete("a2")
        noted.put("a3", {"new": True})
        listed = [(key, state.value) for key, state in noted.list("a")]
    assert listed == [("a1", {"new": True}), ("a3", {"new": True})]
    with context_of(tenant, keeper) as ctx:
        assert [key for key, _ in ctx.state.list("a")] == ["a1", "a2"]
