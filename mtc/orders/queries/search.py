"""What orders are found by, and the orders that somebody means: the same terms for both.

A part of a word is the beginning of one of its ends, so that a range of the index finds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, true, union_all

from mtc.core.db import scope_tenant, session
from mtc.core.email_addresses import address_key
from mtc.core.like import plain
from mtc.core.normalization import compose, fold_letters
from mtc.orders.models import NAME, TERM, Order, OrderItem, order_search, sold_names

_N = sold_names.c
_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[\W_]+")
_LAST = "\U0010ffff"
NUMBER, ADDRESS = "#", "@"
"""How terms begin that are a number, or the beginning of a whole address; no word does."""
SHORTEST = 3
"""The shortest end of a word that is a term of its own; of scripts that need fewer letters, one sign."""
MOST_WORDS, MOST_ENDS = 4, 64
MANY = 5000
"""So many orders are collected and sorted at most."""


def _words(text: str) -> list[str]:
    return _WORD.findall(fold_letters(text, 400))


def _ends(word: str) -> Iterator[str]:
    yield word[:TERM]
    for start in range(1, min(len(word) - (SHORTEST if word.isascii() else 1), MOST_ENDS) + 1):
        yield word[start : start + TERM]


def _number(text: str) -> str:
    return _SIGNS.sub("", fold_letters(text, 100))


def terms_of(number: str, email: str, key: str, name: str) -> set[str]:
    """What an order is found by; `key` is the form in which its address is compared."""
    written = {_number(number), "".join(sign for sign in number if sign.isdecimal())}
    found = {f"{NUMBER}{one}"[:TERM] for one in written if one}
    found.add(f"{ADDRESS}{key}"[:TERM])
    for word in {*_words(name), *_words(email), *_words(key)}:
        found.update(_ends(word))
    return found


def sold_name(*names: str) -> str:
    """Title, variant and SKU of a line as they are compared with what somebody types."""
    return "\n".join(" ".join(fold_letters(one, NAME).split()) for one in names)[:NAME]


def _range(table: Any, term: str) -> ColumnElement[bool]:
    """The terms that begin like this; a single letter, with which very many begin, only as itself."""
    term = term[:TERM]
    tenant = table.c.tenant_id == scope_tenant()
    if len(term) == 1 and term.isascii():
        return and_(tenant, table.c.term == term)
    return and_(tenant, table.c.term >= term, table.c.term <= term + _LAST)


def _having(term: str, *others: str) -> Select[Any]:
    """The orders with a term that begins like the first one, and with one for each of the others."""
    query = select(order_search.c.order_id).where(_range(order_search, term))
    return query.where(*(_has(other, order_search.c.order_id) for other in others))


def _has(term: str, order_id: Any) -> ColumnElement[bool]:
    """Whether one of the terms of the order begins like this."""
    own = order_search.alias()
    return _is_there(select(own.c.term).where(_range(own, term), own.c.order_id == order_id), order_id.table)


def _is_there(query: Select[Any], outer: Any) -> ColumnElement[bool]:
    """Whether the query finds something for the row of the outer table.

    Not said as EXISTS, for which PostgreSQL collects what all rows have before it looks at the first one.
    """
    return query.correlate(outer).limit(1).scalar_subquery().is_not(None)


def _narrowed(found: Select[Any] | CompoundSelect[Any], each: ColumnElement[bool]) -> ColumnElement[bool]:
    """The orders that were found; where these are many, a condition that is asked of one after the other.

    Many are not collected and sorted: walking down from the newest order, a page is full soon.
    """
    some = found.limit(MANY + 1).subquery()
    if int(session.scalar(select(func.count()).select_from(some)) or 0) > MANY:
        return each
    # A limit that is never reached: without it PostgreSQL may ask each order whether it is among them.
    return Order.id.in_(found.limit(2 * MANY))


def number_begins(typed: str) -> list[ColumnElement[bool]]:
    """The conditions for the beginning of a number."""
    exact = Order.order_number.like(f"{plain(typed.upper())}%", escape="\\")
    known = _number(typed)
    return [_narrowed(_having(NUMBER + known), true()), exact] if known else [exact]


def email_begins(typed: str) -> list[ColumnElement[bool]]:
    """The conditions for the beginning of an address.

    What is stored for comparing has the domain in ASCII, whose beginning is not that of the domain as people
    write it: one that is written in other letters is looked for as it was typed, among those of the mailbox.
    """
    local, _, domain = typed.rpartition("@")
    lower = typed.lower()
    start = lower if domain.isascii() else f"{local.lower()}@" if local else compose(lower)
    found = [
        _narrowed(_having(ADDRESS + start), true()),
        Order.email_lc.like(f"{plain(start)}%", escape="\\"),
    ]
    if local and not domain.isascii():
        shown = func.lower(Order.email).like(f"{plain(compose(lower))}%", escape="\\")
        found.append(or_(Order.email_lc == address_key(typed), shown))
    return found


def mentions(text: str, numbers: Collection[str], lines: Collection[Any]) -> ColumnElement[bool]:
    """The orders that have the text somewhere: in the number, the buyer's name and address, what was sold.

    `numbers` are spellings of a number, which the order's may begin with; `lines` are found already.
    """
    tenant = scope_tenant()
    named = select(_N.variant_id).where(
        _N.tenant_id == tenant, _N.name.like(f"%{plain(sold_name(text))}%", escape="\\")
    )
    sold = [OrderItem.variant_id.in_(named), *([OrderItem.id.in_(lines)] if lines else [])]
    spelled = sorted({NUMBER + known for known in map(_number, numbers) if known})
    # A branch for each way that leads to an order, by its own index; and the same asked of an order at hand.
    found = [select(OrderItem.order_id).where(OrderItem.tenant_id == tenant, one) for one in sold]
    found += [_having(one) for one in spelled]
    line = select(OrderItem.id).where(OrderItem.tenant_id == tenant, OrderItem.order_id == Order.id)
    each = [_is_there(line.where(one), Order.__table__) for one in sold]
    each += [_has(one, Order.id) for one in spelled]
    words = _asked(text)
    if not words:
        return _narrowed(union_all(*found), or_(*each))
    buyers = and_(*(_has(word, Order.id) for word in words))
    fitting = _narrowed(union_all(*found, _having(*words)), or_(*each, buyers))
    of_address = len(text.split()) == 1 and ("@" in text or "." in text)
    return and_(fitting, or_(*each, _holds(text))) if of_address else fitting


def _holds(text: str) -> ColumnElement[bool]:
    """Whether the text stands in the address or the name as it was typed, and not only its words."""
    inside = f"%{plain(text.lower())}%"
    name = func.lower(Order.customer_data["name"].as_string())
    return or_(
        Order.email_lc.like(inside, escape="\\"),
        Order.email_lc == address_key(text),
        name.like(inside, escape="\\"),
    )


def _asked(text: str) -> list[str]:
    """The words that a buyer's name and address must hold, the rarest first as far as one can tell.

    Those before an @ are rarer than a domain, and long ones rarer than short ones. A single letter may be
    the end of a word, which is no term: it counts where nothing else was typed.
    """
    local, _, domain = text.rpartition("@")
    words = [*sorted(_words(local), key=len, reverse=True), *sorted(_words(domain), key=len, reverse=True)]
    found: list[str] = []
    for word in words:
        if (len(word) > 1 or not word.isascii()) and not any(word in other for other in found):
            found.append(word)
    return found[:MOST_WORDS] or words[:1]
