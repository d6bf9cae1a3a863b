"""Which variants cannot be delivered, and what the merchant can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem, delivery_checks
from mtc.delivery import queries
from mtc.delivery.services.methods import Way, resolve


def check_delivery(variants: Sequence[DeliveryFacts]) -> list[DeliveryProblem]:
    """A problem for each variant that cannot be delivered; two statements whatever their number."""
    methods = queries.methods()
    ways = [(facts, resolve(facts.delivery, facts.stock_source, methods)) for facts in variants]
    wanted = {
        str(one) for facts, way in ways if way.kind == "file" for one in facts.delivery.get("files") or []
    }
    there = {media.id for media in queries.media(wanted)}
    found = [_problem(facts, way, there) for facts, way in ways]
    return [problem for problem in found if problem is not None]


def _problem(facts: DeliveryFacts, way: Way, files: set[UUID]) -> DeliveryProblem | None:
    label, delivery = facts.label, facts.delivery
    if way.kind == "file" and not {str(one) for one in files} & {
        str(one) for one in delivery.get("files") or []
    }:
        return DeliveryProblem(
            f"“{label}” has no file. Add one under Files for sale; until then leave “For sale” unticked.",
            "files",
        )
    if way.kind == "email" and facts.stock_source != "pool":
        return DeliveryProblem(
            f"“{label}” is delivered as a key. Choose “Keys of a pool” as its stock.", "variants"
        )
    told = delivery.get("promise") or delivery.get("how_to") or way.config.get("promise")
    if way.kind == "manual" and not told:
        return DeliveryProblem(
            f"“{label}” is delivered by hand. Say under “Told to the buyer” what happens after the order.",
            "variants",
        )
    return None


delivery_checks.register("delivery", check_delivery)
