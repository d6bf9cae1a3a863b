"""The cards of the admin's first page: registered with the function that says what stands in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from mtc.analytics.services import Numbers
from mtc.core.context import current
from mtc.core.db import savepoint
from mtc.core.i18n import Sentence
from mtc.core.registry import CORE, Registry
from mtc.tenants.services import StoreInfo

log = logging.getLogger(__name__)
Column = Literal["main", "side"]
ROWS = "admin/home/_rows.html"


@dataclass(frozen=True, slots=True)
class Home:
    """The data of cards. `since` to `until` are the last 30 days, `base` is the admin's address."""

    shop: StoreInfo
    now: datetime
    since: datetime
    until: datetime
    numbers: Numbers
    latest: list[dict[str, Any]]
    base: str


CardData = Callable[[Home], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Card:
    """A card for those who hold the permission; the template shows what `data` returns, as `card`."""

    title: Sentence
    permission: str
    column: Column
    order: int
    template: str
    data: CardData


cards: Registry[Card] = Registry("dashboard card")


def card(
    name: str,
    title: Sentence,
    *,
    permission: str,
    column: Column = "side",
    order: int = 100,
    template: str = ROWS,
) -> Callable[[CardData], CardData]:
    """Register a card with the function below, which returns None where there is nothing to show."""

    def mark(data: CardData) -> CardData:
        cards.register(name, Card(title, permission, column, order, template, data))
        return data

    return mark


def cards_of(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Return the cards that the actor may see, by column, in their order."""
    may = current().actor.may
    shown: dict[str, list[dict[str, Any]]] = {"main": [], "side": []}
    for name, card in sorted(cards.items(), key=lambda item: item[1].order):
        data = _data(name, card, home) if may(card.permission) else None
        if data is not None:
            shown[card.column].append({"title": card.title, "template": card.template, **data})
    return shown


def _data(name: str, card: Card, home: Home) -> Mapping[str, Any] | None:
    """Return the data of a card, or None for a plugin's card that fails: the page must show the others."""
    if cards.owner_of(name) == CORE:
        return card.data(home)
    try:
        with savepoint():
            return card.data(home)
    except Exception:
        log.exception("The card %s of a plugin is left out.", name)
        return None
