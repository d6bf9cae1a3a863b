"""Search in the database, and search for products by their ids, as somebody else has found them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from mtc.catalog.queries.filters import among, each
from mtc.catalog.queries.scope_cache import TENANT
from mtc.catalog.queries.search_terms import spellings
from mtc.catalog.queries.tables import PRODUCTS as P
from mtc.catalog.queries.tables import SEARCH as S
from mtc.catalog.registry import Ranked, SearchEngine, search_engines
from mtc.core.context import current
from mtc.core.db import savepoint, scope_tenant

log = logging.getLogger(__name__)
_LAST = "\U0010ffff"
MOST_FOUND = 500


class DatabaseSearch:
    """The terms of MTC's own index: every word of the text stands in the product, or a longer one."""

    def matching(self, text: str) -> list[ColumnElement[bool]]:
        """The conditions on products in which every word of the text stands, or a longer one."""
        terms = spellings(text)
        if not terms and text.strip():
            return [P.c.id.is_(None)]  # nothing that could be found, such as an accent alone
        return [
            or_(*(among(P.c.id, select(S.c.product_id).where(_means(word))) for word in words))
            for words in terms
        ]

    def ranked(self, text: str, where: Sequence[ColumnElement[bool]]) -> Ranked:
        """Return the products that fit the conditions and hold all words of the text, with their scores.

        The query has the columns product_id and score; the other two are for its HAVING and ORDER BY. For
        each word its best term counts, twice when it is the very word.
        The text must have a word.
        """
        terms = spellings(text)
        # A branch for each word: a range of the index each time, where OR makes SQLite read all of it.
        branches = [_scored(words) for words in terms]
        parts = (union_all(*branches) if len(branches) > 1 else branches[0]).subquery("parts")
        score = func.sum(parts.c.part)
        query = (
            select(parts.c.product_id, score.label("score"))
            .where(each(select(P.c.id).where(P.c.id == parts.c.product_id, *where).correlate(parts)))
            .group_by(parts.c.product_id)
            .having(func.count() == len(terms))
        )
        return query, score, parts.c.product_id


class SearchByIds:
    """Search by a function that returns the ids of products of the running tenant, the best first.

    Asked once per request and text, for at most MOST_FOUND products; where it fails the database is searched.
    """

    def __init__(self, find: Callable[[str], Sequence[UUID]]) -> None:
        self._find = find

    def matching(self, text: str) -> list[ColumnElement[bool]]:
        """The conditions on products that the function has found."""
        product_ids = self._found(text)
        return [P.c.id.in_(product_ids)] if product_ids is not None else DATABASE.matching(text)

    def ranked(self, text: str, where: Sequence[ColumnElement[bool]]) -> Ranked:
        """Return the products of the function's answer, in its order."""
        product_ids = self._found(text)
        if product_ids is None:
            return DATABASE.ranked(text, where)
        places = {product_id: len(product_ids) - n for n, product_id in enumerate(product_ids)}
        score = case(places, value=P.c.id, else_=0) if places else literal(0)
        query = select(P.c.id.label("product_id"), score.label("score"))
        query = query.where(P.c.tenant_id == TENANT, P.c.id.in_(product_ids), *where)
        return query.group_by(P.c.id), score, P.c.id

    def _found(self, text: str) -> list[UUID] | None:
        remembered, key = current().extra, f"search {scope_tenant()} {id(self)} {text}"
        if key not in remembered:
            try:
                with savepoint():
                    remembered[key] = list(dict.fromkeys(self._find(text)))[:MOST_FOUND]
            except Exception:
                log.exception("The search of a plugin has failed; the database is searched.")
                remembered[key] = None
        product_ids: list[UUID] | None = remembered[key]
        return product_ids


def _means(word: str) -> ColumnElement[bool]:
    """Terms that begin with the word; a single letter, which begins a tenth of all terms, only as itself."""
    if len(word) == 1 and word.isascii():
        return and_(S.c.tenant_id == TENANT, S.c.term == word)
    return and_(S.c.tenant_id == TENANT, S.c.term >= word, S.c.term <= word + _LAST)


def _scored(words: Sequence[str]) -> Select[Any]:
    """Return the products that hold one of the words, each with the weight of its best term."""
    ranges = []
    for word in words:
        weight = case((S.c.term == word, S.c.weight * 2), else_=S.c.weight)
        matches = select(S.c.product_id, func.max(weight).label("part")).where(_means(word))
        ranges.append(matches.group_by(S.c.product_id))
    if len(ranges) == 1:
        return ranges[0]
    either = union_all(*ranges).subquery()
    return select(either.c.product_id, func.max(either.c.part).label("part")).group_by(either.c.product_id)


DATABASE: SearchEngine = search_engines.register("database", DatabaseSearch())
