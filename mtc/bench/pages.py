"""Content of MTC's pages, so that the floor app can show as much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mtc.bench.servers import BenchError, Server

STORE = "games"
LISTING = "/search"
_GROUP = re.compile(
    r"<details class=\"facet-drop\".*?</details>|<fieldset class=\"facet.*?</fieldset>", re.DOTALL
)


@dataclass(frozen=True)
class Pages:
    """The pages that are measured: their paths, and the facts of them that the floor app repeats."""

    product: str
    facts: dict[str, Any]


def study(server: Server) -> Pages:
    """Read the listing and the page of its first product. Raises BenchError when they are not there."""
    host = host_of(server)
    body = server.get(host, LISTING)
    listing = body.decode()
    links = re.findall(r'href="(/p/[a-z0-9-]+)"', listing)
    if not links:
        raise BenchError(f"{LISTING} of the demo store lists no products")
    product = server.get(host, links[0]).decode()
    return Pages(
        links[0],
        {
            "bytes": len(body),
            "listing": {
                "bytes": len(listing.encode()),
                "cards": listing.count("<article"),
                "facets": [group.count("facet-value") for group in _GROUP.findall(listing)],
            },
            "product": {
                "bytes": len(product.encode()),
                "cards": product.count("<article"),
                "variants": product.count('name="variant_id"'),
                "attributes": product.count("<dt>"),
            },
        },
    )


def host_of(server: Server) -> str:
    """The Host header of the demo store on this server."""
    return f"{STORE}.localhost:{server.port}"
