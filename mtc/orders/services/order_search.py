"""Finding orders by whatever people write of them: number, name, address, product, SKU, a piece of a key."""

from __future__ import annotations

import re
from dataclasses import replace

from mtc.catalog.services.stock_search_index import search_keys
from mtc.core.bank_accounts import parse_reference
from mtc.core.context import current
from mtc.core.db import scope_tenant
from mtc.core.errors import ValidationError
from mtc.core.stock_value_parts import SHORT, normalized
from mtc.orders.models import Order
from mtc.orders.queries import OrderFilters
from mtc.orders.queries.lists import numbers_exist
from mtc.orders.queries.order import order_of_address
from mtc.orders.services.create import OTHER_TEST_PREFIX, TEST_PREFIX
from mtc.tenants.queries import stores_of
from mtc.tenants.services.store_lookup import store_info

LONGEST = 200
_NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = re.compile(r"[\W_]+")
# What people write before a number; the number itself may follow without a blank: Bestellung1104.
_WORDS = re.compile(
    r"(?:ORDER|NUMBER|NUMMER|BESTELLUNG|BESTELLNUMMER|BESTELLNR|AUFTRAG|AUFTRAGSNUMMER|COMMANDE|PEDIDO|ORDINE"
    r"|N[UÚ]M[EÉ]RO(?: D[EIU])?|ENCOMENDA|BESTELLING|ZAMÓWIENIE|OBJEDNÁVKA|SIPARIŞ|ЗАКАЗА?|НОМЕР|ЗАМОВЛЕННЯ"
    r"|注文番号|注文|订单号|订单|訂單|주문번호|주문|طلب|NR|NO|N)(?![A-Z])[\W_]*"
)


def number_spellings(typed: str) -> list[str]:
    """The numbers of orders that people may mean: with or without prefix, blanks, dashes of any kind, #."""
    said = typed.strip()[:80].translate(_NARROW).upper()
    said = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in said)[:40]
    plain = _SIGNS.sub("", _bare(said))
    spellings = {said} if said else set()
    for prefix in _prefixes():
        letters = _SIGNS.sub("", prefix.upper())
        for rest in (plain, plain.removeprefix(letters)):
            if rest.isdecimal():
                spellings.add(f"{prefix}{rest.lstrip('0') or rest}")
    return sorted(spellings)


def _bare(said: str) -> str:
    """Return what was said without the words before it: Order no. 1104."""
    place = 0
    while (word := _WORDS.match(said, place)) is not None:
        place = word.end()
    return said[place:]


def _prefixes() -> set[str]:
    stores = map(store_info, stores_of(scope_tenant()))
    own = {str((store.settings or {}).get("order_prefix") or "") for store in stores}
    return {"", *own, TEST_PREFIX, OTHER_TEST_PREFIX}


def order_of_number(typed: str, email_lc: str) -> Order | None:
    """The order of this number, however it is spelled, that was made with this address; or None."""
    return order_of_address(number_spellings(typed), email_lc)


def search_filters(typed: str, filters: OrderFilters) -> OrderFilters:
    """The filters with what was typed into one field: a number first, a reference, else any text."""
    text = typed.strip()[:LONGEST]
    if not text:
        return filters
    reference = parse_reference(text)
    if reference:
        return replace(filters, reference=reference)
    # A number that is one, or begins one, is no text: its index answers, and nothing else is asked.
    spellings = number_spellings(text) if any(sign.isdecimal() for sign in text) else []
    if spellings and numbers_exist(spellings):
        return replace(filters, numbers=tuple(spellings))
    return replace(filters, text=text, numbers=tuple(spellings), lines=_lines_of_key(text))


def _lines_of_key(text: str) -> tuple[object, ...]:
    """The lines of orders to which keys went that begin or end with the text, for who may see stock."""
    is_word = len(text.split()) == 1 and any(sign.isdigit() for sign in text)
    if not is_word or "@" in text or len(normalized(text)) < SHORT:
        return ()
    if not current().actor.may("products:read"):
        return ()
    try:
        rows, _ = search_keys(text)
    except ValidationError:
        return ()
    return tuple(row.order_item_id for row in rows if row.order_item_id is not None)
