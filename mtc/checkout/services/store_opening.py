"""Opening a store to shoppers and closing it again, and what there is to do before."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.catalog import queries as catalog
from mtc.checkout.hooks import SetupQuery, StoreView
from mtc.core.errors import ConflictError
from mtc.core.events import emit
from mtc.core.i18n import Sentence, _l
from mtc.payments.services import active_gateways
from mtc.plugins.services import ask_plugins, run_before
from mtc.tenants.events import StoreClosed, StoreOpened
from mtc.tenants.models import Store
from mtc.tenants.services import StoreInfo, legal_links, set_opened

CLOSED = _l("This store is not open yet: nothing can be ordered. Please come back later.")
NO_TERMS = _l("Publish your terms of sale first: shoppers have to accept them when they order.")


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing to do before a store opens; without a required one it cannot."""

    key: str
    label: Sentence
    hint: Sentence
    done: bool
    required: bool = False


def setup_steps(store: StoreInfo) -> list[SetupStep]:
    """Return the requirements for selling, each with whether it is met; two statements."""
    published = {link["kind"] for link in legal_links(store)}
    gateways = active_gateways()
    paid = any(not gateway.is_test for gateway in gateways)
    return [
        SetupStep(
            "product",
            "Publish a product",
            _l("Describe it, add its keys or files, and put it on sale."),
            catalog.count_products() > 0,
        ),
        SetupStep(
            "payment",
            "Switch on a way to pay",
            _l("Only test payments are on: they move no money.")
            if gateways and not paid
            else _l("Without one, only free orders can be placed."),
            paid,
        ),
        SetupStep(
            "terms",
            "Publish your terms of sale",
            _l("Start from our neutral text and fill in what stands in brackets."),
            "terms" in published,
            required=True,
        ),
        SetupStep(
            "imprint",
            "Say who you are",
            _l("Publish your legal notice with name and address, and give an e-mail address for shoppers."),
            "imprint" in published and bool(store.email),
        ),
        *_of_plugins(store),
    ]


def _of_plugins(store: StoreInfo) -> list[SetupStep]:
    """Return what plugins want to be done; no store has to wait for it."""
    return [
        SetupStep("plugin", task.title, task.hint, task.done)
        for some in ask_plugins("provide_setup_steps", SetupQuery(store.id))
        for task in some
    ]


def open_store(store: StoreInfo) -> Store:
    """Open the store to shoppers. Raises ConflictError as long as its terms are not published."""
    if not any(link["kind"] == "terms" for link in legal_links(store)):
        raise ConflictError(NO_TERMS)
    run_before("before_store_open", StoreView(store.id, store.name))
    row = set_opened(store.tenant_id, store.id, True)
    emit(StoreOpened(entity_id=row.id, name=row.name))
    return row


def close_store(store: StoreInfo) -> Store:
    """Close the store: shoppers see that it is closed; orders and downloads go on."""
    run_before("before_store_close", StoreView(store.id, store.name))
    row = set_opened(store.tenant_id, store.id, False)
    emit(StoreClosed(entity_id=row.id, name=row.name))
    return row


def check_open(store: StoreInfo | Store) -> None:
    """Raise ConflictError when the store takes no orders."""
    if store.opened_at is None:
        raise ConflictError(CLOSED)
