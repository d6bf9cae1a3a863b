"""The search of a visitor, after plugins have had their say."""

from __future__ import annotations

from dataclasses import replace

from mtc.catalog.hooks import SearchDraft
from mtc.catalog.presenters.listing_params import MAX_VALUES, ListingParams
from mtc.catalog.queries import SORTS
from mtc.plugins.services import is_hooked, run_before

LONGEST_SEARCH = 200


def searched(params: ListingParams) -> ListingParams:
    """The parameters as `before_search` leaves them; the same where nothing was typed. Raises Reject."""
    if not params.text or not is_hooked("before_search"):
        return params
    draft = run_before("before_search", SearchDraft(params.text, dict(params.values), params.sort))
    return replace(
        params,
        text=str(draft.text)[:LONGEST_SEARCH].strip(),
        values={name: tuple(map(str, some))[:MAX_VALUES] for name, some in draft.filters.items()},
        sort=draft.sort if draft.sort in SORTS else "",
    )
