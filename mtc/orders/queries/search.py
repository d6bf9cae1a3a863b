"""Search terms of orders, and the search: the same terms for both.

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
    """Return the search terms of an order; `key` is the form in which its address is compared."""
    written = {_number(number), "".join(sign for sign in number if sign.isdecimal())}
    terms = {f"{NUMBER}{number}"[:TERM] for number in written if number}
    terms.add(f"{ADDRESS}{key}"[:TERM])
    for word in {*_words(name), *_words(email), *_words(key)}:
        terms.update(_ends(word))
    return terms


def sold_name(*names: str) -> str:
    """Title, variant and SKU of a line as they are compared with what somebody types."""
    return "\n".join(" ".join(fold_letters(name, NAME).split()) for name in names)[:NAME]


def _range(table: Any, term: str) -> ColumnElement[bool]:
    """Return the terms that begin like this; a single letter, with which very many begin, only as itself."""
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
    """Return whether one of the terms of the order begins like this."""
    own = order_search.alias()
    return _is_there(select(own.c.term).where(_range(own, term), own.c.order_id == order_id), order_id.table)


def _is_there(query: Select[Any], outer: Any) -> ColumnElement[bool]:
    """Return whether the query finds something for the row of the outer table.

    Not said as EXISTS, for which PostgreSQL collects what all rows have before it looks at the first one.
    """
    return query.correlate(outer).limit(1).scalar_subquery().is_not(None)


def _narrowed(matches: Select[Any] | CompoundSelect[Any], each: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition for the matching orders; where these are many, `each`, which tests one at a time.

    Many are not collected and sorted: walking down from the newest order, a page is full soon.
    """
    some = matches.limit(MANY + 1).subquery()
    if int(session.scalar(select(func.count()).select_from(some)) or 0) > MANY:
        return each
    # A limit that is never reached: without it PostgreSQL may ask each order whether it is among them.
    return Order.id.in_(matches.limit(2 * MANY))


def number_begins(typed: str) -> list[ColumnElement[bool]]:
    """The conditions for the beginning of a number."""
    exact = Order.order_number.like(f"{plain(typed.upper())}%", escape="\\")
    number = _number(typed)
    return [_narrowed(_having(NUMBER + number), true()), exact] if number else [exact]


def email_begins(typed: str) -> list[ColumnElement[bool]]:
    """The conditions for the beginning of an address.

    What is stored for comparing has the domain in ASCII, whose beginning is not that of the domain as people
    write it: one that is written in other letters is looked for as it was typed, among those of the mailbox.
    """
    local, _, domain = typed.rpartition("@")
    lower = typed.lower()
    start = lower if domain.isascii() else f"{local.lower()}@" if local else compose(lower)
    matches = [
        _narrowed(_having(ADDRESS + start), true()),
        Order.email_lc.like(f"{plain(start)}%", escape="\\"),
    ]
    if local and not domain.isascii():
        shown = func.lower(Order.email).like(f"{plain(compose(lower))}%", escape="\\")
        matches.append(or_(Order.email_lc == address_key(typed), shown))
    return matches


def mentions(text: str, numbers: Collection[str], lines: Collection[Any]) -> ColumnElement[bool]:
    """Return the orders with the text: in the number, the buyer's name and address, the items sold.

    `numbers` are spellings of a number, which the order's may begin with; `lines` are found already.
    """
    tenant = scope_tenant()
    named = select(_N.variant_id).where(
        _N.tenant_id == tenant, _N.name.like(f"%{plain(sold_name(text))}%", escape="\\")
    )
    sold = [OrderItem.variant_id.in_(named), *([OrderItem.id.in_(lines)] if lines else [])]
    spelled = sorted({NUMBER + number for number in map(_number, numbers) if number})
    # A branch for each way that leads to an order, by its own index; and the same asked of an order at hand.
    matches = [
        select(OrderItem.order_id).where(OrderItem.tenant_id == tenant, condition) for condition in sold
    ]
    matches += [_having(term) for term in spelled]
    line = select(OrderItem.id).where(OrderItem.tenant_id == tenant, OrderItem.order_id == Order.id)
    each = [_is_there(line.where(condition), Order.__table__) for condition in sold]
    each += [_has(term, Order.id) for term in spelled]
    words = _asked(text)
    if not words:
        return _narrowed(union_all(*matches), or_(*each))
    buyers = and_(*(_has(word, Order.id) for word in words))
    fitting = _narrowed(union_all(*matches, _having(*words)), or_(*each, buyers))
    of_address = len(text.split()) == 1 and ("@" in text or "." in text)
    return and_(fitting, or_(*each, _holds(text))) if of_address else fitting


def _holds(text: str) -> ColumnElement[bool]:
    """Return whether the text stands in the address or the name as it was typed, and not only its words."""
    inside = f"%{plain(text.lower())}%"
    name = func.lower(Order.customer_data["name"].as_string())
    return or_(
        Order.email_lc.like(inside, escape="\\"),
        Order.email_lc == address_key(text),
        name.like(inside, escape="\\"),
    )


def _asked(text: str) -> list[str]:
    """Return the words that a buyer's name and address must hold, the rarest first as far as one can tell.

    Those before an @ are rarer than a domain, and long ones rarer than short ones. A single letter may be
    the end of a word, which is no term: it counts where nothing else was typed.
    """
    local, _, domain = text.rpartition("@")
    words = [*sorted(_words(local), key=len, reverse=True), *sorted(_words(domain), key=len, reverse=True)]
    terms: list[str] = []
    for word in words:
        if (len(word) > 1 or not word.isascii()) and not any(word in other for other in terms):
            terms.append(word)
    return terms[:MOST_WORDS] or words[:1]
