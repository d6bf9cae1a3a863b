"""Plain values: amounts of money in minor units, the time, ids, addresses, fields and conditions."""

from mtc.core.clock import now
from mtc.core.context import Actor
from mtc.core.email_addresses import EmailAddress, address_key, parse_address
from mtc.core.fields import FieldSet
from mtc.core.ids import uuid7
from mtc.core.money import allocate, exponent, format_money, parse_amount, percent, to_decimal
from mtc.core.rules import evaluate, validate
from mtc.core.store_info import StoreInfo

__all__ = [
    "Actor",
    "EmailAddress",
    "FieldSet",
    "StoreInfo",
    "address_key",
    "allocate",
    "evaluate",
    "exponent",
    "format_money",
    "now",
    "parse_address",
    "parse_amount",
    "percent",
    "to_decimal",
    "uuid7",
    "validate",
]
