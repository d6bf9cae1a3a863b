"""Which variants cannot be delivered, and what the merchant can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem, delivery_checks
from mtc.delivery import queries
from mtc.delivery.services.methods import resolve
from mtc.delivery.types import kinds


def check_delivery(variants: Sequence[DeliveryFacts]) -> list[DeliveryProblem]:
    """A problem for each variant that cannot be delivered; two statements whatever their number."""
    methods = queries.methods()
    wanted = {str(one) for facts in variants for one in facts.delivery.get("files") or []}
    there = {str(media.id) for media in queries.media(wanted)} if wanted else set()
    found = []
    for facts in variants:
        way = resolve(facts.delivery, facts.stock_source, methods)
        files = [one for one in facts.delivery.get("files") or [] if str(one) in there]
        known = replace(facts, delivery={**facts.delivery, "files": files})
        found.append(kinds.get(way.kind).problem(known, way.config))
    return [problem for problem in found if problem is not None]


delivery_checks.register("delivery", check_delivery)
