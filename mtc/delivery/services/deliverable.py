"""Checks of variants that cannot be delivered, with the remedies for the merchant."""

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
    media_ids = {str(media_id) for facts in variants for media_id in facts.delivery.get("files") or []}
    there = {str(media.id) for media in queries.media(media_ids)} if media_ids else set()
    problems = []
    for facts in variants:
        way = resolve(facts.delivery, facts.stock_source, methods)
        files = [media_id for media_id in facts.delivery.get("files") or [] if str(media_id) in there]
        existing = replace(facts, delivery={**facts.delivery, "files": files})
        problems.append(kinds.get(way.kind).problem(existing, way.config))
    return [problem for problem in problems if problem is not None]


delivery_checks.register("delivery", check_delivery)
