"""Services of pricing."""

import mtc.pricing.types  # noqa: F401 - registers the kinds of rules
from mtc.pricing.queries import ActiveRules, rule_book
from mtc.pricing.queries import buyer as buyer_of
from mtc.pricing.registry import Buyer
from mtc.pricing.services import calculator, rules
from mtc.pricing.services.boundaries import prices_hold_until
from mtc.pricing.services.calculator import PriceResult, current_buyer, price, price_many


class PricingService:
    """The verbs of prices under one name."""

    price = staticmethod(calculator.price)
    price_many = staticmethod(calculator.price_many)
    preview = staticmethod(rules.preview)


__all__ = [
    "ActiveRules",
    "Buyer",
    "PriceResult",
    "PricingService",
    "buyer_of",
    "current_buyer",
    "price",
    "price_many",
    "prices_hold_until",
    "rule_book",
    "rules",
]
