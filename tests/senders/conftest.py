"""A store that wants to send from shop@games.example.com, and its domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.senders import queries
from mtc.senders.presenters import SenderView, sender_view
from mtc.senders.services import ask_check, set_sender
from mtc.senders.services.dns_checks import wanted_by
from mtc.senders.services.dns_records import records_of
from mtc.tasks.services import run_due
from mtc.tenants import queries as tenants
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts

ADDRESS = "shop@games.example.com"


@dataclass
class Sending:
    """The store's sender, as its owner and its domain's owner see it."""

    world: World
    ports: FakePorts
    store: UUID

    def want(self, address: str = ADDRESS) -> SenderView:
        """Set the address; its domain is looked at."""
        with tenant_scope(self.world.id), unit_of_work():
            set_sender(self.store, address)
        run_due()
        return self.view()

    def view(self) -> SenderView:
        """As pages show it."""
        with tenant_scope(self.world.id), unit_of_work():
            found = sender_view(self.store)
        assert found is not None
        return found

    def publish(self, *without: str, **texts: list[str]) -> None:
        """Write the records into DNS; `texts` are those at a record's name instead."""
        with tenant_scope(self.world.id), unit_of_work():
            row = queries.sender_of_store(self.store)
            assert row is not None
            for record in records_of(wanted_by(row)):
                self.ports.dns.records[record.name] = (
                    [] if record.key in without else texts.get(record.key, [record.value])
                )

    def check(self) -> SenderView:
        """Look at the domain now."""
        with tenant_scope(self.world.id), unit_of_work():
            row = queries.sender_of_store(self.store)
            assert row is not None
            row.asked_at = None
            ask_check(row)
        run_due()
        return self.view()

    def states(self) -> dict[str, str]:
        """The state of each record."""
        return {one.key: one.state for one in self.view().records}

    def change(self, **values: Any) -> None:
        """Change the row."""
        with tenant_scope(self.world.id), unit_of_work():
            row = queries.sender_of_store(self.store)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()


@pytest.fixture
def sending_of(ports: FakePorts) -> Callable[[World], Sending]:
    """The sender of a tenant's first store."""

    def make(world: World) -> Sending:
        with tenant_scope(world.id), unit_of_work():
            store = tenants.stores_of(world.id)[0].store_id
        return Sending(world, ports, store)

    return make


@pytest.fixture
def sending(tenant: World, sending_of: Callable[[World], Sending]) -> Sending:
    """That of Acme."""
    return sending_of(tenant)
