"""Badges and facts that plugins add to cards and pages of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from mtc.catalog.hooks import CardsQuery, ProductsQuery
from mtc.catalog.presenters.read_models import AttributeView, ProductCard
from mtc.plugins.services import ask_plugins, is_hooked


def with_badges(cards: list[ProductCard]) -> list[ProductCard]:
    """The cards with the words of plugins behind their own."""
    if not cards or not is_hooked("provide_card_badges"):
        return cards
    ids = tuple(dict.fromkeys(UUID(card.id) for card in cards))
    badges: dict[str, list[str]] = {}
    for answer in ask_plugins("provide_card_badges", CardsQuery(ids)):
        for product_id, some in answer.items():
            badges.setdefault(str(product_id), []).extend(badge.text for badge in some)
    return [
        replace(card, badges=[*card.badges, *badges[card.id]]) if card.id in badges else card
        for card in cards
    ]


def facts_of(product_id: UUID) -> Sequence[AttributeView]:
    """The facts of plugins about a product, as details of it that nothing is filtered by."""
    answers = ask_plugins("provide_product_facts", ProductsQuery((product_id,)))
    return [
        AttributeView(key=name, label=name, value=value, display=value, filterable=False)
        for answer in answers
        for name, value in answer.get(product_id, {}).items()
    ]
