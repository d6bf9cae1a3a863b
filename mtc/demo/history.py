"""Past orders of a demo store: placed, paid and delivered through the services, at moments in the past."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.identity.services import guest_customer
from mtc.orders.hooks import OrderDraft
from mtc.orders.services import create_order, expire_pending, get_order
from mtc.payments.services import mark_paid, refund, refundable
from mtc.tasks.services import run_due

PEOPLE = Path(__file__).resolve().parent / "people.json"
DAYS = 90
UNPAID, REFUNDED = 0.05, 0.07
REASONS = ("Bought by mistake", "Bought twice", "Does not run on the buyer's machine", "Changed their mind")


@dataclass(frozen=True, slots=True)
class History:
    """Tenant and store of past orders, and how much each variant sells compared with the others."""

    tenant_id: UUID
    store_id: UUID
    currency: str
    weights: dict[UUID, int]
    seed: str
    prefix: str = ""


def load_history(history: History, orders: int) -> None:
    """So many orders over ninety days: more at week-ends, more lately, a few never paid, a few refunded."""
    source = random.Random(f"history of {history.seed}")  # noqa: S311 - a believable past, no secret
    people = json.loads(PEOPLE.read_text(encoding="utf-8"))
    for moment in _moments(source, clock.now(), orders):
        with clock.frozen(moment):
            paid = _order(history, source, source.choice(people))
            run_due()
        if paid is not None:
            _change_of_mind(history, source, paid, moment)
    with tenant_scope(history.tenant_id), unit_of_work():
        expire_pending()
    run_due()


def _moments(source: random.Random, now: datetime, orders: int) -> list[datetime]:
    days = range(1, DAYS)
    busy = [1.6 if (now - timedelta(days=day)).weekday() >= 5 else 1.0 for day in days]
    weights = [share * (1.8 - day / DAYS) for day, share in zip(days, busy, strict=True)]
    picked = source.choices(list(days), weights=weights, k=orders)
    # People buy between breakfast and midnight.
    hours = (timedelta(hours=source.triangular(-15, 0, -5)) for _ in picked)
    return sorted(now - timedelta(days=day) + hour for day, hour in zip(picked, hours, strict=True))


def _change_of_mind(history: History, source: random.Random, order_id: UUID, bought: datetime) -> None:
    """One in fifteen asks for the money back within days: sometimes for one line, mostly for all of it."""
    asked_at = bought + timedelta(hours=source.triangular(2, 96, 20))
    if source.random() >= REFUNDED or asked_at > clock.now():
        return
    with clock.frozen(asked_at):
        with tenant_scope(history.tenant_id), unit_of_work():
            left = refundable(get_order(order_id))
            first = [(UUID(left[0]["id"]), 1)]
            refund(order_id, first if len(left) > 1 else None, source.choice(REASONS))
        run_due()


def _order(history: History, source: random.Random, person: dict[str, Any]) -> UUID | None:
    """Place an order and mostly pay it; returns its id when it was paid."""
    weights = history.weights
    lines = source.choices(list(weights), weights=list(weights.values()), k=source.choice((1, 1, 1, 2, 2, 3)))
    draft_lines = tuple((variant_id, 1) for variant_id in dict.fromkeys(lines))
    try:
        with tenant_scope(history.tenant_id), unit_of_work():
            customer = guest_customer(history.tenant_id, person["email"], country=person["country"])
            customer.name = person["name"]
            draft = OrderDraft(
                store_id=history.store_id,
                currency=history.currency,
                email=person["email"],
                country=person["country"],
                name=person["name"],
                lines=draft_lines,
                customer_id=customer.id,
                is_demo=True,
            )
            order = create_order(draft, prefix=history.prefix).order
            if source.random() <= UNPAID:
                return None
            mark_paid(order.id, "Demo order")
            return order.id
    except ConflictError:
        # A pool that the past has emptied sells no more; the next visitor wants something else.
        return None
